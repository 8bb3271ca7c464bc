/**
 * Lets every style that scripts of this page write bear the nonce of its document: two parts of the kit (what measures scroll bars, and what keeps
 * the page still behind a dialog) write theirs without the one that the kit was given. What no script of ours has made stays refused.
 */
export function giveStylesNonce(nonce: string): void {
  const create = document.createElement.bind(document);
  const withNonce = (name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
  document.createElement = withNonce as typeof document.createElement;
}
