/**
 * The picture of an electronic seal (印章图样) in the seal register. A `round` seal is drawn from the issuing body's
 * name: red ring, five-pointed star, name along the arc, optional caption below the star. A `vector` seal brings its own
 * paths, in the units of its view box, y downwards.
 */
export type SealPicture = RoundSeal | VectorSeal;

/** A generated official seal. */
export interface RoundSeal {
  kind: "round";
  /** Name of the body along the arc, 2–30 characters. */
  name: string;
  /** Text below the star, for example 电子证照专用章; at most 12 characters. */
  caption?: string;
  /** Outer diameter in mm, 20–60. Official seals of departments have 40–45 mm. */
  diameter: number;
  /** `#RRGGBB`; official red where absent. */
  color?: string;
}

/** A seal given as vector paths. */
export interface VectorSeal {
  kind: "vector";
  /** Size on the page in mm. */
  width: number;
  height: number;
  /** Width and height of the coordinate system of the paths; its origin is the top left corner. */
  viewBox: [number, number];
  paths: { d: string; fill?: string; stroke?: string; strokeWidth?: number }[];
}
