/**
 * A name as logs and lists show it: the first character and a star for each other (张三丰 becomes 张**). A name of one
 * character is hidden altogether.
 */
export function maskName(name: string): string {
  const [first = "", ...others] = name;
  return others.length === 0 ? "*".repeat(first === "" ? 0 : 1) : first + "*".repeat(others.length);
}

/**
 * A code or number as logs and lists show it: the first three and last two characters and a star for each between
 * (`110*************2X`). Under eight characters too little would be hidden, so that all is.
 */
export function maskCode(code: string): string {
  const characters = [...code];
  if (characters.length < 8) return "*".repeat(characters.length);
  return [...characters.slice(0, 3), "*".repeat(characters.length - 5), ...characters.slice(-2)].join("");
}
