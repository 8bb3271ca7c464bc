/** What a holder is writing, kept in this tab until it is sent: a token that ends, or a line that breaks, costs nothing. */
export interface ReportDraft {
  field: string;
  text: string;
}

/** As it lies in the tab's store. */
interface Kept extends ReportDraft {
  /** The request that was sent with this content, for one that is sent again. */
  request?: { id: string; content: string };
}

/** A draft of one certificate. */
export interface KeptDraft {
  read(): ReportDraft;
  write(draft: ReportDraft): void;
  /** Id of the request with the content as it is: the same as long as that is not changed, so that it is one report however often it is sent. */
  requestId(): string;
  forget(): void;
}

/** Opens it. Where the browser keeps nothing it lasts as long as the page. */
export function openDraft(identifier: string): KeptDraft {
  const name = `ecert.report.${identifier}`;
  let kept = readKept(name);
  const write = (next: Kept) => {
    kept = next;
    try {
      sessionStorage.setItem(name, JSON.stringify(next));
    } catch {
      // It is there until the page is left.
    }
  };
  return {
    read: () => ({ field: kept.field, text: kept.text }),
    write: (draft) => write({ ...kept, ...draft }),
    requestId() {
      const content = JSON.stringify([kept.field, kept.text]);
      const request = kept.request?.content === content ? kept.request : { id: crypto.randomUUID(), content };
      write({ ...kept, request });
      return request.id;
    },
    forget: () => write({ field: "", text: "" }),
  };
}

function readKept(name: string): Kept {
  const none = { field: "", text: "" };
  try {
    return { ...none, ...(JSON.parse(sessionStorage.getItem(name) ?? "{}") as Kept) };
  } catch {
    return none;
  }
}
