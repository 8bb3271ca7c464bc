import type { JsonValue } from "@bufbuild/protobuf";
import { useMutation } from "@connectrpc/connect-query";
import { Button, Descriptions } from "antd";
import {
  ArchiveReadService,
  type ReadArchivedResponse,
} from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import { mayCall } from "../shell/allowed.ts";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useWho } from "../shell/who.tsx";
import { useTexts } from "../text/texts.ts";
import { useKinds } from "../use/kinds.ts";
import { titleOf, Value } from "../use/value.tsx";
import { ARCHIVE } from "./archive-texts.ts";

/** The content of a certificate, shown once it is asked for: to read it is an act that is kept, and the page says so before. */
export function ArchivedContent({ identifier, itemCode }: { identifier: string; itemCode: string }) {
  const texts = useTexts(ARCHIVE);
  const { roles } = useWho();
  const { data, error, isPending, mutate } = useMutation(ArchiveReadService.method.readArchived);
  const may = mayCall(roles, ArchiveReadService.method.readArchived);
  return (
    <section className="panel" aria-labelledby="archived-content">
      <h2 id="archived-content">{texts.content}</h2>
      {data && <Content content={data} itemCode={itemCode} />}
      {!data && <p className="quiet">{may ? texts.contentHow : texts.readAnd}</p>}
      {error && <RefusalNotice error={error} />}
      {!data && may && (
        <Button loading={isPending} onClick={() => mutate({ identifier })}>
          {texts.read}
        </Button>
      )}
    </section>
  );
}

function Content({ content: { holders, dataJson }, itemCode }: { content: ReadArchivedResponse; itemCode: string }) {
  const texts = useTexts(ARCHIVE);
  const kind = useKinds([itemCode]).get(itemCode);
  const data = Object.entries(JSON.parse(dataJson) as Record<string, JsonValue>);
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        ...holders.map(({ name, code }) => ({
          label: texts.holder,
          children: (
            <span className="code wrap">
              {name}（{code}）
            </span>
          ),
        })),
        ...data.map(([name, value]) => ({
          label: titleOf(kind, name),
          children: <Value value={value} field={kind?.fields.find((field) => field.name === name)} />,
        })),
      ]}
    />
  );
}
