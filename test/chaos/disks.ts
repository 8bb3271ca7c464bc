import { execFileSync } from "node:child_process";
import { mkdirSync, statfsSync } from "node:fs";

/** A disk in memory that can be filled to its last octet and given room again, at once. */
export interface Disk {
  readonly path: string;
  fill(): void;
  /** Gives it its room back. Harmless when repeated. */
  relieve(): void;
  remove(): void;
}

/** Room of a disk that is not full: certificates of half an hour, twice, and the copies of them, beside a database's log. Only what is used takes memory. */
const ROOM = "12g";
/** Octets that are left on a full one: pages that are half full do not count as room. */
const LEFT = 16 << 10;
const TRIES = 20;

/** Mounts a disk; needs root, which CI and the reference machine have. */
export function mountDisk(path: string): Disk {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${ROOM},mode=0700`, "tmpfs", path], { stdio: "pipe" });
  const resize = (size: string) => execFileSync("mount", ["-o", `remount,size=${size}`, path], { stdio: "pipe" });
  return {
    path,
    fill() {
      for (let tries = 1; ; tries++) {
        const { blocks, bfree, bsize } = statfsSync(path);
        try {
          return void resize(`${Math.ceil(((blocks - bfree) * bsize + tries * LEFT) / 1024)}k`);
        } catch (error) {
          // Something was written meanwhile: no disk is smaller than what is on it.
          if (tries === TRIES) throw error;
        }
      }
    },
    relieve: () => void resize(ROOM),
    remove: () => void execFileSync("umount", ["--lazy", path], { stdio: "pipe" }),
  };
}
