import { expect, test } from "vitest";
import { APP, app, legacy, observed, startNode, withApp } from "../../../test/identity/app-scene.ts";
import { createSecretEnds } from "./secret-ends.ts";

test("5.9.3 operators are warned 30 and 7 days ahead, by metric, by notice, and once a day in the log", async () => {
  const { opened, registry, running, gauges, warned, put, rotate } = await withApp("city", { secretDays: 40 });
  const ends = createSecretEnds(() => ({
    apps: registry,
    runtime: { ...opened.runtime, ...observed(gauges, warned) },
  }));
  const look = async (now: string) => {
    opened.setNow(now);
    await ends.look();
    const [notice = ""] = ends.notices();
    return [...["30_days", "7_days", "ended"].map((state) => gauges.get(`app_secrets_ending ${state}`)), notice];
  };
  const alarm = async (now: string) => {
    await look(now);
    return ends.alarms().map(({ kind, urgent, subject, told }) => [kind, urgent, subject, told?.days]);
  };
  expect(await alarm("2026-12-04T02:00:00Z")).toEqual([]);
  expect(await alarm("2026-12-10T02:00:00Z")).toEqual([["SECRET_ENDING", false, APP, 24]]);
  expect(await alarm("2027-01-04T02:00:00Z")).toEqual([["SECRET_ENDING", true, APP, -1]]);
  const until = `${APP} (2027-01-03T02:00:00.000Z); rotate it, or disable the app`;
  expect(await look("2026-12-04T02:00:00Z")).toEqual([0, 0, 0, ""]);
  expect(await look("2026-12-04T02:00:01Z")).toEqual([
    ...[1, 0, 0],
    `1 app has a secret that ends within 30 days: ${until}`,
  ]);
  expect(await look("2026-12-28T00:00:00Z")).toMatchObject([
    0,
    1,
    0,
    `1 app has a secret that ends within 7 days: ${until}`,
  ]);
  expect(await look("2027-01-03T02:00:00Z")).toMatchObject([
    0,
    0,
    1,
    `1 app has no secret that is still good: ${until}`,
  ]);
  const before = warned.length;
  await look("2027-01-03T15:59:59Z");
  expect(warned).toHaveLength(before);
  await look("2027-01-03T16:00:00Z");
  expect(warned.slice(before)).toEqual([{ ended: [`${APP} (2027-01-03T02:00:00.000Z)`] }]);
  // Nobody needs a secret of an app that is disabled; and a new one is all that was asked for.
  await put({ app: { ...app, disabled: true } });
  expect(await look("2027-01-04T00:00:00Z")).toEqual([0, 0, 0, ""]);
  await put();
  expect((await look("2027-01-04T00:00:00Z")).slice(0, 3)).toEqual([0, 0, 1]);
  await rotate();
  expect(await look("2027-01-04T00:00:00Z")).toEqual([0, 0, 0, ""]);
  expect(running.notices?.()).toEqual([]);
});

test("5.9.3 a list of apps tells those whose secret ends soon, among all, and none that needs no secret", async () => {
  const { opened, put, operator } = await withApp("city", { secretDays: 40 });
  const ending = async (endsWithinDays: number, orderBy = "") =>
    (await operator.listApps({ endsWithinDays, orderBy })).apps.map(({ key }) => key);
  opened.setNow("2026-12-10T02:00:00Z");
  expect([await ending(23), await ending(25), await ending(25, "secret_ends"), await ending(0)]).toEqual([
    ...[[], [APP], [APP], [APP]],
  ]);
  await put({ app: { ...app, disabled: true } });
  expect(await ending(30)).toEqual([]);
});

test("5.9.3 a service warns by itself from its start on", async () => {
  const secretTerms = { made: "2026-01-01T00:00:00.000Z", ends: "2026-11-30T00:00:00.000Z" };
  const { running, warned } = await startNode("city", [{ ...(await legacy("x")), secretTerms }]);
  await expect.poll(() => running.notices?.()).toEqual([expect.stringContaining("within 7 days: 440100-scjg")]);
  expect(warned).toContainEqual({ "7_days": [`${APP} (2026-11-30T00:00:00.000Z)`] });
});

test("4.5.1 the province warns of its own apps alone", async () => {
  const secretTerms = { made: "2026-01-01T00:00:00.000Z", ends: "2026-11-30T00:00:00.000Z" };
  const { opened, registry } = await startNode("province", [{ ...(await legacy("x")), secretTerms }]);
  const ends = createSecretEnds(() => ({ apps: registry, runtime: opened.runtime }));
  await ends.look();
  expect(ends.notices()).toEqual([]);
});
