import type { ServiceName } from "./host/services.ts";
import type { ServiceModule } from "./node/runtime.ts";

/** Loads a service, so that a process loads only what it mounts: `<name>Service` of `services/<name>/main.ts`. */
export async function loadService(name: ServiceName): Promise<ServiceModule> {
  const { [`${name}Service`]: module }: Record<string, ServiceModule | undefined> = await import(`./${name}/main.ts`);
  if (module?.name === name) return module;
  throw new Error(`services/${name}/main.ts exports no service module ${name}Service`);
}
