/**
 * Those who watch a miner by its API, in a process of their own: their CPU time is not the miner's. Each message is asked for at
 * once: the addresses to read.
 * @module
 */
process.on('message', (urls: readonly string[]) => {
  void Promise.all(urls.map(async (url) => (await fetch(url)).text())).then(
    () => process.send!(urls.length),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
