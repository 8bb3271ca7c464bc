import { Table } from "antd";
import type { ColumnsType } from "antd/es/table";
import {
  CertificateUse,
  type NodeCertificate,
  type Process,
} from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { Scrolls } from "../list/scrolls.tsx";
import { DaysLeft } from "../people/days-left.tsx";
import { useTexts } from "../text/texts.ts";
import { WATCH } from "./watch-texts.ts";

/** TLS certificates of all processes, the one that ends first before the others; each once, wherever it is used. */
export function NodeCertificates({ processes, time }: { processes: readonly Process[]; time: string }) {
  const texts = useTexts(WATCH);
  const uses: Readonly<Record<number, string>> = {
    [CertificateUse.NODE]: texts.useNode,
    [CertificateUse.LISTENER]: texts.useListener,
    [CertificateUse.BROKER]: texts.useBroker,
    [CertificateUse.AUTHORITY]: texts.useAuthority,
  };
  const keyOf = ({ use, file, subject, notAfter }: NodeCertificate) => [use, file, subject, notAfter].join("|");
  const all = new Map(processes.flatMap(({ certificates }) => certificates.map((one) => [keyOf(one), one] as const)));
  const columns: ColumnsType<NodeCertificate> = [
    { title: texts.use, render: (_, { use }) => uses[use] },
    { title: texts.ends, render: (_, { notAfter }) => <DaysLeft ends={notAfter} now={new Date(time)} /> },
    { title: texts.subject, render: (_, { subject }) => <span className="wrap">{subject}</span> },
    { title: texts.file, render: (_, { file }) => file },
  ];
  return (
    <section className="panel">
      <h2>{texts.certificates}</h2>
      <Scrolls label={texts.certificates}>
        <Table<NodeCertificate>
          aria-label={texts.certificates}
          size="middle"
          columns={columns}
          dataSource={[...all.values()].toSorted((one, other) => (one.notAfter < other.notAfter ? -1 : 1))}
          rowKey={keyOf}
          pagination={false}
        />
      </Scrolls>
    </section>
  );
}
