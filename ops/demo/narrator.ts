const BOLD = "\u001b[1m";
const GREEN = "\u001b[32m";
const DIM = "\u001b[2m";
const RED = "\u001b[31m";
const PLAIN = "\u001b[0m";

/** Tells the story: steps in Chinese and English, what was done, and every check with the tool that made it. */
export interface Narrator {
  step(chinese: string, english: string): void;
  say(text: string): void;
  /** Prints a check. A failed one is counted; the story goes on, so that all of them are seen. */
  check(what: string, tool: string, good: boolean, detail?: string): void;
  /** Checks that failed. */
  readonly failures: number;
  /** Checks that held. */
  readonly passed: number;
}

/** Creates a narrator that writes to the terminal; colours only where it is one. */
export function createNarrator(write: (text: string) => void, colours: boolean, now: () => number): Narrator {
  const began = now();
  const paint = (code: string, text: string) => (colours ? `${code}${text}${PLAIN}` : text);
  let steps = 0;
  let failures = 0;
  let passed = 0;
  return {
    step(chinese, english) {
      steps += 1;
      const seconds = ((now() - began) / 1000).toFixed(1).padStart(5);
      write(`\n${paint(DIM, `${seconds} s`)}  ${paint(BOLD, `${steps}. ${chinese}`)}\n         ${english}\n`);
    },
    say(text) {
      write(`         ${text}\n`);
    },
    check(what, tool, good, detail = "") {
      if (good) passed += 1;
      else failures += 1;
      const mark = good ? paint(GREEN, "✔") : paint(RED, "✘");
      write(`       ${mark} ${what} ${paint(DIM, `[${tool}]`)}${detail ? ` ${detail}` : ""}\n`);
    },
    get failures() {
      return failures;
    },
    get passed() {
      return passed;
    },
  };
}
