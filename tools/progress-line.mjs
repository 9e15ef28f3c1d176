// One line that says what is being done and for how long: rewritten in place on a terminal, written once elsewhere.

const WIDTH = 78;

/**
 * Starts a line. `print` writes above it, `end` replaces it by what is left to be said.
 * @param text - what is being done, or a function that says it
 */
export function startProgress(text, stream = process.stderr) {
  const live = stream.isTTY && process.env.TERM !== undefined && process.env.TERM !== 'dumb';
  const words = typeof text === 'function' ? text : () => text;
  const startedMs = Date.now();
  const clear = live ? '\r\x1b[K' : '';
  const show = () => {
    const line = `${words()} ... ${Math.round((Date.now() - startedMs) / 1000)} s`;
    const width = Math.min(WIDTH, (stream.columns ?? 80) - 1);
    stream.write(clear + (line.length > width ? `${line.slice(0, width - 1)}…` : line));
  };
  let timer;
  if (live) {
    show();
    timer = setInterval(show, 500);
    timer.unref();
  } else {
    stream.write(`${words()}\n`);
  }
  return {
    /** Seconds since the start, one digit behind the point. */
    seconds: () => ((Date.now() - startedMs) / 1000).toFixed(1),
    print(output) {
      stream.write(clear + output);
      if (live) show();
    },
    end(last) {
      clearInterval(timer);
      stream.write(clear + (last === undefined ? '' : `${last}\n`));
    },
  };
}
