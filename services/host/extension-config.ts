/** A folder by which a node is extended without a fork (4.1.3). */
export interface ExtensionConfig {
  /** Folder with its `extension.json`. */
  extensionDirectory: string;
  /** Where its receivers of events are, by their names in the manifest. */
  receivers: Readonly<Record<string, ReceiverConfig>>;
}

/** Where a receiver of events is. */
export interface ReceiverConfig {
  /** `https://…` */
  url: string;
  /** Authorities of the server's TLS certificate (PEM); default: those that Node trusts. */
  caFile?: string;
}
