import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button, Checkbox, Input, Progress, Select } from "antd";
import { useEffect, useId, useRef, useState } from "react";
import { Link, useNavigate } from "react-router";
import {
  MatterFileFormat,
  MatterImportState,
  MatterImportTarget,
} from "../../../../proto/gen/ecert/catalog/v1/matter_import_pb.ts";
import { MatterService } from "../../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { secondsLeft } from "../../../domain/time-left.ts";
import { useUnsaved } from "../../form/unsaved.ts";
import { RefusalNotice } from "../../shell/refusal-notice.tsx";
import { useTexts } from "../../text/texts.ts";
import { IMPORTING, MATTERS } from "./matter-texts.ts";
import { formatOf, MAX_BYTES, type Uploaded, uploadList } from "./upload-list.ts";

const SIZE = (bytes: number) => `${(bytes / (1 << 20)).toFixed(1)} MB`;

/** Uploads a list of matters in parts, to be compared: it stops and goes on, also where the line broke. */
export function ImportList() {
  const texts = { ...useTexts(MATTERS), ...useTexts(IMPORTING) };
  const navigate = useNavigate();
  const matters = createClient(MatterService, useTransport());
  const [file, setFile] = useState<File>();
  const [target, setTarget] = useState(MatterImportTarget.LIST);
  const [whole, setWhole] = useState(false);
  const [endedOn, setEndedOn] = useState("");
  const [progress, setProgress] = useState<Uploaded & { since: number }>();
  const stopping = useRef(false);
  const isThere = useRef(false);
  useUnsaved(() => (file === undefined || isThere.current ? undefined : "lost"));
  // Whoever leaves in the middle is not led away by it from where they are then; what has come stays at the node.
  useEffect(
    () => () => {
      stopping.current = true;
    },
    [],
  );
  const [fileField, targetField, dayField] = [useId(), useId(), useId()];
  const format = file && formatOf(file.name);
  const uploading = useMutation({
    async mutationFn(chosen: File) {
      stopping.current = false;
      const since = performance.now();
      const content = new Uint8Array(await chosen.arrayBuffer());
      const asked = { content, format: format ?? MatterFileFormat.CSV, target, rowsOnly: !whole, endedOn };
      const told = (uploaded: Uploaded) => setProgress({ ...uploaded, since });
      const come = await uploadList(matters, asked, told, () => stopping.current);
      if (come?.state === MatterImportState.RECEIVED) await matters.previewMatterImport({ importId: come.id });
      return come;
    },
    onSuccess(come) {
      if (!come || come.state === MatterImportState.RECEIVING) return;
      isThere.current = true;
      navigate(`/people/matters/imports/${encodeURIComponent(come.id)}`);
    },
  });
  const fault = file && (file.size > MAX_BYTES ? texts.tooLarge : format === undefined ? texts.ending : "");
  const isBroken = progress !== undefined && !uploading.isPending;
  return (
    <>
      <p>
        <Link to="/people/matters">{texts.back}</Link>
      </p>
      <h1>{texts.title}</h1>
      <section className="panel">
        <p>{texts.how}</p>
        <p>
          <label htmlFor={fileField}>{texts.file}</label>{" "}
          <input
            id={fileField}
            type="file"
            accept=".csv,.xlsx,.json"
            disabled={uploading.isPending}
            onChange={({ target: input }) => {
              setFile(input.files?.[0]);
              setProgress(undefined);
              uploading.reset();
            }}
          />
        </p>
        {fault && <p role="alert">{fault}</p>}
        <p>
          <label htmlFor={targetField}>{texts.target}</label>{" "}
          <Select
            id={targetField}
            value={target}
            onChange={setTarget}
            popupMatchSelectWidth={false}
            options={[
              { value: MatterImportTarget.LIST, label: texts.targetList },
              { value: MatterImportTarget.DIRECTORY, label: texts.targetDirectory },
            ]}
          />
        </p>
        <p>
          <Checkbox checked={whole} onChange={({ target: box }) => setWhole(box.checked)}>
            {texts.whole}
          </Checkbox>
        </p>
        {whole && (
          <p>
            <label htmlFor={dayField}>{texts.endedOn}</label>{" "}
            <Input
              id={dayField}
              className="day"
              type="date"
              value={endedOn}
              onChange={({ target: day }) => setEndedOn(day.value)}
            />{" "}
            <span className="quiet">{texts.endedHow}</span>
          </p>
        )}
        {file && progress && <Progressed file={file} progress={progress} />}
        {uploading.isSuccess && isBroken && <p role="status">{texts.stopped}</p>}
        {uploading.error && progress && <p role="status">{texts.broken}</p>}
        {uploading.error && <RefusalNotice error={uploading.error} />}
        <div className="actions">
          <Button
            type="primary"
            disabled={!file || Boolean(fault)}
            loading={uploading.isPending}
            onClick={() => file && uploading.mutate(file)}
          >
            {isBroken ? texts.resume : texts.upload}
          </Button>
          {uploading.isPending && (
            <Button
              onClick={() => {
                stopping.current = true;
              }}
            >
              {texts.stop}
            </Button>
          )}
        </div>
      </section>
    </>
  );
}

/** How far an upload is, and how long it will still take by how fast it went. */
function Progressed({ file, progress }: { file: File; progress: Uploaded & { since: number } }) {
  const texts = useTexts(IMPORTING);
  const { done, sent, since } = progress;
  const left = secondsLeft(performance.now() - since, sent, file.size - (done - sent)) ?? 0;
  return (
    <>
      <Progress percent={Math.floor((done / file.size) * 100)} aria-label={texts.upload} />
      <p>{texts.uploading(SIZE(done), SIZE(file.size), left)}</p>
    </>
  );
}
