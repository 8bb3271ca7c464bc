import { useMutation } from "@connectrpc/connect-query";
import { useState } from "react";
import type { File, FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { openUseIds } from "../../staff-model/use-ids.ts";
import type { Using } from "./using.ts";

/** Which file is asked for, and whether as a copy for this use alone. */
interface Wanted {
  readonly format: FileFormat;
  readonly useCopy?: boolean;
  readonly copyValidTo?: string;
}

/** Fetches a file of a certificate and keeps its receipt; `taken` is called with it. */
export function useFile({ usageCode, identifier, name, keep }: Using, taken: (file: File) => void = () => {}) {
  const [ids] = useState(openUseIds);
  const { mutate, data, error, isPending, reset } = useMutation(UsageService.method.fetchFile, {
    onSuccess({ file, receipt }, { format, useCopy, copyValidTo }) {
      ids.answered([format, useCopy, copyValidTo]);
      if (receipt) keep({ receipt, name });
      if (file) taken(file);
    },
  });
  return {
    file: data?.file,
    error,
    isPending,
    fetch: (wanted: Wanted) => {
      const requestId = ids.of([wanted.format, wanted.useCopy, wanted.copyValidTo]);
      mutate({ usageCode, identifier, ...wanted, requestId });
    },
    forget: reset,
  };
}
