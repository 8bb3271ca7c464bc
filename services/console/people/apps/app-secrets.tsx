import { Table } from "antd";
import type { App } from "../../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { isConsoleApp } from "../../../domain/console-app.ts";
import { timeText } from "../../format/dates.ts";
import { Scrolls } from "../../list/scrolls.tsx";
import { useTexts } from "../../text/texts.ts";
import { DaysLeft } from "../days-left.tsx";
import { goodSecrets } from "./app-state.ts";
import { APPS } from "./app-texts.ts";

/** What is told of an app's secrets: never the secrets themselves. */
export function AppSecrets({ app }: { app: App }) {
  const texts = useTexts(APPS);
  const now = new Date();
  const { key, node, proof } = app;
  const rows = goodSecrets(app, now).map((secret, at) => ({ ...secret, at }));
  const instead = isConsoleApp(node, key) ? texts.console : proof ? texts.byProof : texts.noSecret;
  return (
    <section className="panel">
      <h2>{texts.secrets}</h2>
      {rows.length === 0 ? (
        <p className="quiet">{instead}</p>
      ) : (
        <Scrolls label={texts.secrets}>
          <Table
            aria-label={texts.secrets}
            size="middle"
            pagination={false}
            rowKey={({ at }) => at}
            dataSource={rows}
            columns={[
              { title: texts.secret, render: (_, { at }) => (at === 0 ? texts.newest : texts.former) },
              { title: texts.made, render: (_, { made }) => <span className="code">{timeText(made)}</span> },
              {
                title: texts.ends,
                render: (_, { ends }) => (ends === "" ? texts.noEnd : <DaysLeft ends={ends} now={now} />),
              },
              {
                title: texts.used,
                render: (_, { lastUsedDay }) => <span className="code">{lastUsedDay || texts.never}</span>,
              },
            ]}
          />
        </Scrolls>
      )}
    </section>
  );
}
