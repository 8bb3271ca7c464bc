/**
 * Width by height of the place that a kind's face has for the picture of a title; 1 where it has none. `templateJson`: its face template, in which
 * pictures are elements `{"type": "image", "attachment": <title>, "box": [x, y, width, height]}`, at any depth.
 */
export function pictureRatio(templateJson: string, title: string): number {
  const box = boxIn(JSON.parse(templateJson || "{}"), title);
  const [, , width = 0, height = 0] = box ?? [];
  return width > 0 && height > 0 ? width / height : 1;
}

function boxIn(value: unknown, title: string): number[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { type, attachment, box } = value as { type?: unknown; attachment?: unknown; box?: number[] };
  if (type === "image" && attachment === title && Array.isArray(box)) return box;
  for (const member of Object.values(value)) {
    const found = boxIn(member, title);
    if (found) return found;
  }
  return undefined;
}
