import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { secondsLeft } from "../../domain/time-left.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { inspectionCsv, type ReadRows } from "./inspection-csv.ts";
import { SUPERVISION } from "./supervision-texts.ts";

/** Saves what was frozen as a table: how far it is, how long it still takes, and stopping. Stopped or broken off, it goes on with the rows that are lacking. `all`: rows that there are. */
export function SaveCsv({ of, all }: { of: { readonly division: string; readonly quarter: string }; all: number }) {
  const texts = useTexts(SUPERVISION);
  const client = createClient(SupervisionService, useTransport());
  const [read, setRead] = useState<ReadRows>();
  const [begun, setBegun] = useState({ at: 0, done: 0 });
  const [isStopped, setStopped] = useState(false);
  const stopping = useRef<AbortController>(null);
  useEffect(() => () => stopping.current?.abort(), []);
  const saving = useMutation({
    async mutationFn() {
      const stop = new AbortController();
      stopping.current = stop;
      setStopped(false);
      setBegun({ at: performance.now(), done: read?.lines.length ?? 0 });
      const file = await inspectionCsv(client, of, {
        signal: stop.signal,
        told: setRead,
        ...(read && { before: read }),
      });
      // Read out while it was being stopped: whoever has stopped it, or left, wants no file.
      stop.signal.throwIfAborted();
      saveFile(file);
    },
    onSuccess: () => setRead(undefined),
  });
  const { error, isPending } = saving;
  const done = read?.lines.length ?? 0;
  const left = secondsLeft(performance.now() - begun.at, done - begun.done, all - begun.done);
  const stop = () => {
    setStopped(true);
    stopping.current?.abort();
  };
  const told = () => {
    if (isPending) return `${texts.csvRead(done, all)}${left === undefined ? "" : ` · ${texts.csvLeft(left)}`}`;
    if (!error) return "";
    return isStopped ? texts.csvStopped(done, all) : texts.csvBroken(done, all);
  };
  return (
    <>
      <div className="actions">
        <Button loading={isPending} onClick={() => saving.mutate()}>
          {error ? texts.goOnCsv : texts.saveCsv}
        </Button>
        {isPending && <Button onClick={stop}>{texts.stopCsv}</Button>}
      </div>
      <p role="status" className="quiet">
        {isPending && <progress max={Math.max(1, all)} value={done} aria-label={texts.csvRead(done, all)} />} {told()}
      </p>
      {error && !isStopped && <RefusalNotice error={error} />}
    </>
  );
}
