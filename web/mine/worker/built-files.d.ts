/** What the bundler turns into values: texts of shaders, and bytes of kernels that the build has compiled. */
declare module '*.wgsl' {
  const text: string;
  export default text;
}

declare module 'built-kernels/*.wasm' {
  const bytes: Uint8Array;
  export default bytes;
}
