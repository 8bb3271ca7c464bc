/**
 * The text of a code as a scanner that works as a keyboard types it: without the key behind it, and with the plain characters that an input method for Chinese
 * has widened on the way (`ecert：present` for `ecert:present`). Codes of this platform have no wide ones.
 */
export function scannedText(typed: string): string {
  return typed.trim().replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0));
}
