import type { Process } from "../../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { sizeText } from "../format/sizes.ts";
import { useTexts } from "../text/texts.ts";
import { WATCH } from "./watch-texts.ts";

/** How much room the disks of the processes have. */
export function Storage({ processes }: { processes: readonly Process[] }) {
  const texts = useTexts(WATCH);
  return (
    <section className="panel">
      <h2>{texts.storage}</h2>
      <dl className="facts">
        {processes.map(({ instance, replica, disk }) => (
          <div key={instance}>
            <dt>
              {texts.disk} · {replica}
            </dt>
            <dd>
              {disk ? (
                <>
                  {texts.free(sizeText(disk.freeBytes), sizeText(disk.totalBytes))}
                  <span className="quiet wrap"> {disk.path}</span>
                </>
              ) : (
                texts.unknownRoom
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
