import { refuseField } from "../domain/refusal.ts";

/**
 * A drawing path, independent of any file format. `ops` holds one letter per step (`M` move, `L` line, `Q` quadratic, `C`
 * cubic, `Z` close), `coords` their points in turn, x then y, in mm with y downwards.
 */
export interface Path {
  ops: string;
  coords: number[];
}

const POINTS: Readonly<Record<string, number>> = { M: 1, L: 1, Q: 2, C: 3, Z: 0 };

/** Numbers that a step of a path takes. */
export function coordsOf(op: string): number {
  return (POINTS[op] ?? 0) * 2;
}

/** A rectangle as a path. */
export function rectPath(x: number, y: number, width: number, height: number): Path {
  return { ops: "MLLLZ", coords: [x, y, x + width, y, x + width, y + height, x, y + height] };
}

/** A rectangle with round corners. */
export function roundedRectPath(x: number, y: number, width: number, height: number, radius: number): Path {
  // 0.5523 is the usual handle length that makes a cubic look like a quarter circle.
  const k = radius * (1 - 0.5523);
  const [r, b] = [x + width, y + height];
  return {
    ops: "MLCLCLCLCZ",
    // biome-ignore format: one row per side and corner
    coords: [
      x + radius, y, r - radius, y,
      r - k, y, r, y + k, r, y + radius, r, b - radius,
      r, b - k, r - k, b, r - radius, b, x + radius, b,
      x + k, b, x, b - k, x, b - radius, x, y + radius,
      x, y + k, x + k, y, x + radius, y,
    ],
  };
}

/** A circle as four cubics. */
export function circlePath(cx: number, cy: number, radius: number): Path {
  return roundedRectPath(cx - radius, cy - radius, radius * 2, radius * 2, radius);
}

/** An affine map `[a b c d e f]` as in SVG and PDF: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [number, number, number, number, number, number];

/** The path with each point mapped. */
export function mapPath(path: Path, [a, b, c, d, e, f]: Matrix): Path {
  const coords = new Array<number>(path.coords.length);
  for (let i = 0; i < coords.length; i += 2) {
    const x = path.coords[i] as number;
    const y = path.coords[i + 1] as number;
    coords[i] = a * x + c * y + e;
    coords[i + 1] = b * x + d * y + f;
  }
  return { ops: path.ops, coords };
}

/** One path that holds all of the given. */
export function joinPaths(paths: readonly Path[]): Path {
  return { ops: paths.map((path) => path.ops).join(""), coords: paths.flatMap((path) => path.coords) };
}

/**
 * Reads path data in SVG's letters, absolute steps only: `M x y`, `L x y`, `H x`, `V y`, `Q …`, `C …`, `Z`. Throws
 * `INVALID_FIELD` naming `field` for anything else.
 */
export function parsePath(text: string, field: string): Path {
  const path: Path = { ops: "", coords: [] };
  const invalid = (what: string) =>
    refuseField(
      "INVALID_FIELD",
      field,
      what,
      "use absolute steps M, L, H, V, Q, C and Z with decimal numbers",
      "路径无法解析，请使用绝对命令M、L、H、V、Q、C、Z和十进制数",
    );
  const tokens = text.match(/[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)|[^\s,]/g) ?? [];
  let [x, y] = [0, 0];
  for (let at = 0; at < tokens.length; ) {
    const letter = tokens[at++] as string;
    const take = (): number => {
      const number = Number(tokens[at++]);
      if (!Number.isFinite(number)) throw invalid(`step ${letter} lacks a number`);
      return number;
    };
    if (path.ops === "" && letter !== "M") throw invalid("path must start with M");
    if (letter === "H" || letter === "V") {
      if (letter === "H") x = take();
      else y = take();
      path.ops += "L";
      path.coords.push(x, y);
    } else if (Object.hasOwn(POINTS, letter)) {
      path.ops += letter;
      for (let left = POINTS[letter] as number; left > 0; left--) {
        [x, y] = [take(), take()];
        path.coords.push(x, y);
      }
    } else throw invalid(`unknown step ${JSON.stringify(letter)}`);
  }
  if (path.ops === "") throw invalid("path is empty");
  return path;
}
