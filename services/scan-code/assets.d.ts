declare module "*?worker&url" {
  /** Address of the file of its own that a thread is built to. */
  const address: string;
  // biome-ignore lint/style/noDefaultExport: the tool gives it so
  export default address;
}
