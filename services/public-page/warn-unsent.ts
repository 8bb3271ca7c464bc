/** Has the browser ask, before its window is closed or shows another page, while something typed was not sent. Returns what ends that. */
export function warnUnsent(isUnsent: () => boolean): () => void {
  const leaving = (event: BeforeUnloadEvent) => {
    if (isUnsent()) event.preventDefault();
  };
  addEventListener("beforeunload", leaving);
  return () => removeEventListener("beforeunload", leaving);
}
