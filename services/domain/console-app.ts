/**
 * The app as which staff of a department work on screen (经办): certificates keep (app, business serial) as their key, so screens are an app like
 * any other, one for each department, so that serials of two departments never meet. It has no secret: nobody gets a token for it.
 */
export function consoleApp(node: string, department: string): string {
  return `${consolePrefix(node)}${department.toLowerCase()}`;
}

/** What the keys of all these apps of a node begin with. */
export function consolePrefix(node: string): string {
  return `${node}-console-`;
}

/** Whether an AppKey is that of a console. */
export function isConsoleApp(node: string, key: string): boolean {
  return key.startsWith(consolePrefix(node));
}

/** Id of the key by which a node signs orders that were made on screen; agents list it with the department's console app. */
export function consoleKeyId(node: string): string {
  return `${node}-console`;
}

/** A member of staff as records of certificates name one. */
export interface Officer {
  /** Identifier of the account. */
  account: string;
  name: string;
}
