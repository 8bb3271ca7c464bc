/** The JSON form of a request that is to be parsed in a thread. */
export interface JsonParseJob {
  /** Full name of the message. */
  typeName: string;
  /** UTF-8 text. */
  bytes: Uint8Array;
}

/** The descriptors that the thread works with: a `google.protobuf.FileDescriptorSet`. */
export interface JsonParseData {
  descriptors: Uint8Array;
}
