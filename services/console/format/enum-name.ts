/** Name of a value of a contract's enum as procedures and rules spell it: `TAKE_BACK` is `takeBack`. Of a value that this page does not know, its number. */
export function enumName(of: object, value: number): string {
  const [constant = String(value)] = Object.entries(of).find(([, known]) => known === value) ?? [];
  return constant.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
