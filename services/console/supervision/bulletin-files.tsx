import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { useTransport } from "@connectrpc/connect-query";
import { useMutation } from "@tanstack/react-query";
import { Button, Space } from "antd";
import {
  type Bulletin,
  BulletinForm,
  BulletinService,
} from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { FileSchema } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { saveFile } from "../../file-view/save-file.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { SUPERVISION } from "./supervision-texts.ts";

const TYPES: Readonly<Record<number, string>> = {
  [BulletinForm.PDF]: "application/pdf",
  [BulletinForm.XLSX]: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** Both files of a bulletin, to be kept. `own`: it was delivered to the reader, and to fetch it is the receipt. */
export function BulletinFiles({ bulletin: { division, quarter, title }, own }: { bulletin: Bulletin; own?: boolean }) {
  const texts = useTexts(SUPERVISION);
  const client = createClient(BulletinService, useTransport());
  const saving = useMutation({
    mutationFn: async (form: BulletinForm) => {
      const of = { division, quarter, form };
      const { content, name } = await (own ? client.readOwnBulletin(of) : client.getBulletinFile(of));
      saveFile(create(FileSchema, { content, fileName: name, mediaType: TYPES[form] ?? "" }));
    },
  });
  const pressed = (form: BulletinForm) => ({
    loading: saving.isPending && saving.variables === form,
    onClick: () => saving.mutate(form),
  });
  return (
    <>
      <Space>
        <Button aria-label={texts.pdfOf(title)} {...pressed(BulletinForm.PDF)}>
          {texts.pdf}
        </Button>
        <Button aria-label={texts.xlsxOf(title)} {...pressed(BulletinForm.XLSX)}>
          {texts.xlsx}
        </Button>
      </Space>
      {saving.error && <RefusalNotice error={saving.error} />}
    </>
  );
}
