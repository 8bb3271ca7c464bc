import type { Alarm } from "../../domain/alarm.ts";
import type { ExtensionContext } from "../context.ts";

/** Receivers for which deliveries were given up, each with how many. */
export async function givenUpAlarms({ extensions, deliveries }: ExtensionContext): Promise<Alarm[]> {
  const receivers = extensions.flatMap(({ manifest, receivers: all }) =>
    all.map(({ name }) => [manifest.name, name] as const),
  );
  const counted = await Promise.all(
    receivers.map(async ([extension, receiver]) => {
      const count = await deliveries.count("receivers", [extension, receiver, "given-up"]);
      return {
        kind: "DELIVERIES_GIVEN_UP",
        urgent: false,
        subject: `${extension}/${receiver}`,
        told: { count },
      } as const;
    }),
  );
  return counted.filter(({ told }) => told.count > 0);
}
