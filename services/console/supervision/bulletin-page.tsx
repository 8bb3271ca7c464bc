import { useQuery } from "@connectrpc/connect-query";
import { Link, useParams } from "react-router";
import { BulletinForm, BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { FaceView } from "../face/face-view.tsx";
import { timeText } from "../format/dates.ts";
import { Waiting } from "../shell/placeholders.tsx";
import { RefusalNotice } from "../shell/refusal-notice.tsx";
import { useTexts } from "../text/texts.ts";
import { BulletinFiles } from "./bulletin-files.tsx";
import { SUPERVISION } from "./supervision-texts.ts";

const { getBulletin, getBulletinFile } = BulletinService.method;

/** A bulletin as it was drawn, with who has read it. */
export function BulletinPage() {
  const texts = useTexts(SUPERVISION);
  const { division = "", quarter = "" } = useParams();
  const { data, error, refetch } = useQuery(getBulletin, { division, quarter });
  const file = useQuery(getBulletinFile, { division, quarter, form: BulletinForm.PDF });
  if (error) return <RefusalNotice error={error} retry={() => refetch()} />;
  const { bulletin } = data ?? {};
  if (!bulletin) return <Waiting />;
  return (
    <>
      <p>
        <Link to="/supervision/bulletins">{texts.backToBulletins}</Link>
      </p>
      <div className="head">
        <h1>{bulletin.title}</h1>
        <BulletinFiles bulletin={bulletin} />
      </div>
      <p className="quiet">
        {texts.publisher} {bulletin.publisher} · {timeText(bulletin.publishedAt)}
      </p>
      {bulletin.addressees.length > 0 && (
        <section className="panel">
          <h2>{texts.addressees}</h2>
          <ul className="waits">
            {bulletin.addressees.map(({ account, name, readAt }) => (
              <li key={account}>
                {name || account} ·{" "}
                <span className="quiet">{readAt ? texts.readAt(timeText(readAt)) : texts.unread}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {file.error && <RefusalNotice error={file.error} retry={() => file.refetch()} />}
      {file.data && <FaceView pdf={file.data.content} label={bulletin.title} />}
    </>
  );
}
