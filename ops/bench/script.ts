import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

/** Runs a bench that is a program of its own; passes its lines on, indented, and resolves to them. */
export async function runScript(name: string, say: (line: string) => void): Promise<string[]> {
  const script = join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(script)) {
    say("  not there yet");
    return [];
  }
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    say(`  ${line}`);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`the bench ${name} ended with ${code}`);
  return lines;
}
