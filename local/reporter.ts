import { Listr, type ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } from "listr2";

/** Tells a person what is going on. All of it goes to standard error; standard output belongs to results. */
export interface Reporter {
  /** Runs one step under a title; `update` replaces the detail shown beside it, such as `412 packages`. */
  step<Result>(title: string, run: (update: (detail: string) => void) => Promise<Result>): Promise<Result>;
  /** One line that stays. */
  note(line: string): void;
}

/** A reporter that suits the stream: drawn on a terminal, plain lines elsewhere. */
export function createReporter(stream: NodeJS.WriteStream = process.stderr): Reporter {
  return stream.isTTY ? drawnReporter(stream) : plainReporter((line) => void stream.write(`${line}\n`));
}

/** Says nothing. */
export const silentReporter: Reporter = {
  step: (_title, run) => run(() => undefined),
  note: () => undefined,
};

/** Seconds between two lines about the same long step, so that a log shows life without filling up. */
const plainUpdateSeconds = 20;

/** Plain lines: one when a step begins, one when it ends, and one now and then between. */
export function plainReporter(write: (line: string) => void): Reporter {
  return {
    note: write,
    async step(title, run) {
      const start = Date.now();
      let lastLine = start;
      write(`${title} ...`);
      try {
        const result = await run((detail) => {
          if (Date.now() - lastLine < plainUpdateSeconds * 1000) return;
          lastLine = Date.now();
          write(`${title} ... ${detail}`);
        });
        write(`${title}: done in ${seconds(start)}`);
        return result;
      } catch (error) {
        // Whoever asked for the end knows that it has not failed.
        const ended = error instanceof Error && error.name === "AbortError" ? "interrupted" : "failed";
        write(`${title}: ${ended} after ${seconds(start)}`);
        throw error;
      }
    },
  };
}

function drawnReporter(stream: NodeJS.WriteStream): Reporter {
  // Left to itself, listr2 draws on standard output.
  const logger = new ListrLogger<ListrDefaultRendererLogLevels>({ processOutput: new ProcessOutput(stream, stream) });
  return {
    note: (line) => void stream.write(`${line}\n`),
    async step<Result>(title: string, run: (update: (detail: string) => void) => Promise<Result>): Promise<Result> {
      const outcome: { value?: Result } = {};
      const start = Date.now();
      const list = new Listr(
        [
          {
            title,
            task: async (_context, task) => {
              outcome.value = await run((detail) => (task.title = `${title} ${detail}`));
              task.title = `${title} (${seconds(start)})`;
            },
          },
        ],
        { rendererOptions: { logger, collapseErrors: false, showErrorMessage: false }, registerSignalListeners: false },
      );
      await list.run();
      return outcome.value as Result;
    },
  };
}

function seconds(start: number): string {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}
