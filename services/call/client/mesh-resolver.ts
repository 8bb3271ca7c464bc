import { type ChannelOptions, experimental, type ServiceConfig, status } from "@grpc/grpc-js";
import type { Endpoint, MeshDirectory } from "./mesh-directory.ts";

/** Scheme of targets that a {@link MeshDirectory} resolves. */
const SCHEME = "ecert";
/** Channel option that carries the directory; the prefix keeps it out of the identity of connections, so they are shared. */
const OPTION = `${experimental.SUBCHANNEL_ARGS_EXCLUDE_KEY_PREFIX}.ecert`;

interface Resolution {
  directory: MeshDirectory;
  serviceConfig: ServiceConfig;
}

/**
 * Target and channel option by which grpc-js resolves a service of the mesh and balances among its replicas. `authority`
 * must be a host name: a last label of digits would be read as an IPv4 address.
 */
export function meshTarget(authority: string, resolution: Resolution): { target: string; options: ChannelOptions } {
  return { target: `${SCHEME}:${authority}`, options: { [OPTION]: resolution } };
}

/** Hands the endpoints of a directory to one channel. grpc-js has no health checks of its own: the directory brings them. */
class MeshResolver implements experimental.Resolver {
  readonly #listener: experimental.ResolverListener;
  readonly #resolution: Resolution;
  #leave: (() => void) | undefined;

  constructor(_target: experimental.GrpcUri, listener: experimental.ResolverListener, options: ChannelOptions) {
    this.#listener = listener;
    this.#resolution = options[OPTION];
  }

  updateResolution(): void {
    const { directory } = this.#resolution;
    if (this.#leave) directory.refresh();
    else this.#leave = directory.follow((endpoints) => this.#tell(endpoints));
  }

  #tell(endpoints: readonly Endpoint[]): void {
    const found: experimental.StatusOr<experimental.Endpoint[]> =
      endpoints.length > 0
        ? experimental.statusOrFromValue(endpoints.map((endpoint) => ({ addresses: [endpoint] })))
        : experimental.statusOrFromError({ code: status.UNAVAILABLE, details: "no address could be resolved" });
    this.#listener(found, {}, experimental.statusOrFromValue(this.#resolution.serviceConfig), "");
  }

  destroy(): void {
    this.#leave?.();
    this.#leave = undefined;
  }

  static getDefaultAuthority(target: experimental.GrpcUri): string {
    return target.path;
  }
}

experimental.registerResolver(SCHEME, MeshResolver);
