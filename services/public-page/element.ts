/** What an element may be given: attributes, and what it does when something happens on it (`onclick`). */
type Given = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>;

/** Makes an element. Texts become text nodes, never markup: a document under verification may say anything. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  given: Given = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}
