import { Button } from "antd";
import { saveFile } from "../../file-view/save-file.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { ARCHIVE } from "./archive-texts.ts";
import { type ArchivedFileHere, useArchivedFile } from "./use-archived-file.ts";

/** Keeps a file of the archive where its reader says: what was fetched for its face already, or fetched now. */
export function ArchivedFile({ here, name }: { here: ArchivedFileHere; name: string }) {
  const texts = useTexts(ARCHIVE);
  const { error, isPending, percent, whenThere } = here;
  return (
    <>
      <Button size="small" loading={isPending} onClick={() => whenThere(saveFile)}>
        {isPending ? texts.saving(percent) : texts.save(name)}
      </Button>
      {error && <RefusalNotice error={error} retry={() => whenThere(saveFile)} />}
    </>
  );
}

/** Keeps an attachment (附件) where its reader says. */
export function ArchivedAttachment(props: { identifier: string; sha256: string; name: string }) {
  const { identifier, sha256, name } = props;
  return <ArchivedFile here={useArchivedFile(identifier, { attachmentSha256: sha256 })} name={name} />;
}
