/** Sends what user code writes to stdout and stderr the same way as its log lines, so that both keep their common order. */

/** Gets the text that is written. */
export type ConsoleSink = (stream: 'stdout' | 'stderr', text: string) => void;

/** Replaces the writing of `process.stdout` and `process.stderr`, through which the console goes as well. */
export function captureConsole(sink: ConsoleSink): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const write = (
      chunk: Uint8Array | string,
      encodingOrCallback?: BufferEncoding | ((error?: Error | null) => void),
      callback?: (error?: Error | null) => void,
    ): boolean => {
      const encoding = typeof encodingOrCallback === 'string' ? encodingOrCallback : 'utf8';
      const isPlainText = typeof chunk === 'string' && (encoding === 'utf8' || encoding === 'utf-8');
      sink(name, isPlainText ? chunk : Buffer.from(chunk as string, encoding).toString('utf8'));
      const written = typeof encodingOrCallback === 'function' ? encodingOrCallback : callback;
      if (written) process.nextTick(written);
      return true;
    };
    process[name].write = write;
  }
}
