const STEPS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes as people read them: `512 B`, `1.5 MiB`. Empty for a negative number, by which a node says that it cannot tell. */
export function sizeText(bytes: bigint | number): string {
  let size = Number(bytes);
  if (size < 0) return "";
  let step = 0;
  while (size >= 1024 && step < STEPS.length - 1) {
    size /= 1024;
    step++;
  }
  return `${step === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${STEPS[step]}`;
}
