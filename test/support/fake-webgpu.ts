/**
 * Another package "webgpu" for child processes: what a real card can't be made to do.
 * @module
 */
import type { TestContext } from 'node:test';

/**
 * Until the test ends, children of this process that import "webgpu" get this module instead.
 * @param source - JavaScript; one that throws stands for a package that does not load
 */
export function fakeWebgpu(t: TestContext, source: string): void {
  const url = moduleUrl(source);
  const hooks = `export const resolve = async (name, context, next) =>
    name === 'webgpu' ? { url: ${JSON.stringify(url)}, shortCircuit: true } : next(name, context);`;
  const register = `import { register } from 'node:module';
    register(${JSON.stringify(moduleUrl(hooks))});`;
  const before = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = `--import "${moduleUrl(register)}"`;
  t.after(() => {
    if (before === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = before;
  });
}

function moduleUrl(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
