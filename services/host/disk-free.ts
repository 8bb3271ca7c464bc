import { statfs } from "node:fs/promises";

/** Below so many bytes, or below this share of the disk, an operator is told. */
const LEAST_BYTES = 2 ** 30;
const LEAST_SHARE = 0.05;
const LOOK_MS = 15_000;

/** How much room a data directory has. */
export interface DiskFree {
  /** A sentence where there is little, or where it cannot be told. */
  notices(): string[];
  /** The room at the last look; `undefined` where it could not be told. */
  room(): Room | undefined;
  stop(): void;
}

/** Bytes that a program may still write below a path, and bytes of its disk. */
export interface Room {
  free: number;
  total: number;
}

/** Looks at the disk of a directory now and every 15 seconds, and tells the room that there is. Resolves after the first look. */
export async function watchDisk(path: string, onRoom: (room: Room) => void): Promise<DiskFree> {
  let notice: string | undefined;
  let last: Room | undefined;
  const look = async () => {
    try {
      const { bavail, blocks, bsize } = await statfs(path);
      const room = { free: bavail * bsize, total: blocks * bsize };
      last = room;
      onRoom(room);
      notice = noticeOf(path, room);
    } catch (error) {
      last = undefined;
      notice = `disk of ${path}: its room cannot be told: ${String(error)}`;
    }
  };
  await look();
  const timer = setInterval(look, LOOK_MS).unref();
  return {
    notices: () => (notice === undefined ? [] : [notice]),
    room: () => last,
    stop: () => clearInterval(timer),
  };
}

/** The sentence for an operator where the room is below 1 GiB or 5 %. */
export function noticeOf(path: string, { free, total }: Room): string | undefined {
  if (free >= LEAST_BYTES && free >= total * LEAST_SHARE) return undefined;
  const [mebibytes, percent] = [Math.floor(free / 2 ** 20), Math.floor((free * 100) / Math.max(1, total))];
  return `disk of ${path}: ${mebibytes} MiB (${percent} %) are free: move closed evidence files away, or give it more room`;
}
