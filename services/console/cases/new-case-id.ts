/** An id that nobody has to invent: the node's code, with which its accounts begin too, and enough chance that no two meet. */
export function newCaseId(account: string): string {
  return `${account.split("-")[0]}-${crypto.randomUUID().slice(0, 13)}`.toLowerCase();
}
