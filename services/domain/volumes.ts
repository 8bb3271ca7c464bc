/** What one number counts, and on which day. */
export interface CountedCell {
  /** `issued`; `verified`, `extracted`, `fetched`, `presented`; `refused_use`, `refused_make`. */
  action: string;
  /** Reason of a refusal; of what was issued the day of its decision, where that is another one. Empty: none. */
  reason: string;
  /** Kind of certificate. Empty: none is known. */
  item: string;
  /** Matter. Empty: none is known. */
  matter: string;
  /** Day of Asia/Shanghai. */
  day: string;
  /** Of what was issued: behind the working day of its decision. */
  late?: boolean;
  count: number;
}

/** Measures that are counted day by day. */
export const FLOWS = ["issued", "issuedInTime", "used", "refused"] as const;
/** One of {@link FLOWS}. */
export type Flow = (typeof FLOWS)[number];
/** How many of what, in a period. */
export type VolumeFigures = Record<Flow, number>;

/** Nothing. */
export const NO_VOLUMES: Readonly<VolumeFigures> = { issued: 0, issuedInTime: 0, used: 0, refused: 0 };

const USES: ReadonlySet<string> = new Set(["verified", "extracted", "fetched", "presented"]);

/** Measures that a number belongs to. */
export function flowsOf({ action, late }: CountedCell): readonly Flow[] {
  if (action === "issued") return late ? ["issued"] : ["issued", "issuedInTime"];
  if (USES.has(action)) return ["used"];
  return action.startsWith("refused_") ? ["refused"] : [];
}

/** Adds a number to the volumes that it belongs to. */
export function addTo(volumes: VolumeFigures, cell: CountedCell): void {
  for (const flow of flowsOf(cell)) volumes[flow] += cell.count;
}

/** The volumes that a number comes to. */
export function volumesOf(cell: CountedCell): VolumeFigures {
  const volumes = { ...NO_VOLUMES };
  addTo(volumes, cell);
  return volumes;
}
