import type { Device, DeviceHealth } from "./device/device.ts";

/** Keeps an eye on the device: signs with it from time to time. */
export interface HealthWatch {
  current(): DeviceHealth;
  /** Calls `listener` after each probe; returns what ends that. */
  onProbe(listener: (health: DeviceHealth) => void): () => void;
  /** A job failed in the device: probes at once. */
  suspect(): void;
  stop(): void;
}

/** A healthy device is probed so often; the contract wants a heartbeat every 15 s. */
const HEALTHY_MS = 10_000;
/** A device that is away is probed more often, so that it is used again soon after it came back. */
const UNHEALTHY_MS = 1_000;

/** Starts watching. Resolves after the first probe. */
export async function watchHealth(device: Pick<Device, "health">): Promise<HealthWatch> {
  const listeners = new Set<(health: DeviceHealth) => void>();
  let current = await device.health();
  let timer: NodeJS.Timeout | undefined;
  let probing = false;
  let stopped = false;

  function schedule(): void {
    if (!stopped) timer = setTimeout(() => void probe(), current.healthy ? HEALTHY_MS : UNHEALTHY_MS);
  }

  async function probe(): Promise<void> {
    if (probing || stopped) return;
    probing = true;
    clearTimeout(timer);
    current = await device.health();
    probing = false;
    for (const listener of listeners) listener(current);
    schedule();
  }

  schedule();
  return {
    current: () => current,
    onProbe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    suspect: () => void probe(),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
