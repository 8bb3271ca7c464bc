import { useQuery } from "@connectrpc/connect-query";
import { Link } from "react-router";
import { BulletinService } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { agoText } from "../format/dates.ts";
import { said, useTexts } from "../text/texts.ts";
import { WORKBENCH } from "./workbench-texts.ts";

/** Bulletins that are shown at once, the newest quarters; all of them stand in the list. */
const SHOWN = 10;

/**
 * Bulletins that were delivered to the reader and not fetched yet (6.2.6.2), the newest quarter first. They come four times a year: nothing is shown where
 * none is unread, nor where they cannot be asked for, which their own page tells.
 */
export function BulletinsUnread() {
  const texts = useTexts(WORKBENCH);
  const { listOwnBulletins } = BulletinService.method;
  const { data } = useQuery(listOwnBulletins, { unread: true, pageSize: SHOWN }, { staleTime: 0 });
  if (!data || data.bulletins.length === 0) return null;
  return (
    <section className="panel">
      <h2>{texts.bulletins}</h2>
      <ul className="waits">
        {data.bulletins.map(({ division, quarter, title, publishedAt }) => (
          <li key={`${division} ${quarter}`}>
            <Link to="/supervision/bulletins">{title}</Link>{" "}
            <span className="quiet">{said(agoText(publishedAt, new Date()))}</span>
          </li>
        ))}
      </ul>
      {data.nextPageToken !== "" && <Link to="/supervision/bulletins">{texts.all}</Link>}
    </section>
  );
}
