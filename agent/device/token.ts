import pkcs11js from "pkcs11js";
import type { Sm2PublicKey } from "../../services/trust/sm2/public-key.ts";
import { HARMLESS, isPinRefusal, repairOf } from "./ckr.ts";
import type { DeviceAbout } from "./device.ts";
import type { Mechanism, TokenOptions } from "./driver-protocol.ts";
import { readPin } from "./pin-file.ts";
import { DeviceCode, faultOf, TokenFault } from "./token-fault.ts";

/** A private key that was found in the token, and how it signs. */
export interface TokenKey {
  handle: pkcs11js.Handle;
  mechanism: Mechanism;
  /** The public half of SM2 keys: what they sign depends on it. */
  sm2?: Sm2PublicKey;
}

/** An open, logged-in session. One session can do one operation at a time. */
export interface Session {
  handle: pkcs11js.Handle;
  /** Private keys by label; their handles die with the session. */
  keys: Map<string, TokenKey>;
}

/** Milliseconds for which a token found absent is not looked for again: initialising a module is expensive. */
const AWAY_PAUSE_MS = 250;
const CKR_TOKEN_NOT_PRESENT = 0xe0;
const CKR_DEVICE_REMOVED = 0x32;

/**
 * Owns the PKCS#11 module and its sessions within a driver process. Not thread-safe, nor need it be: calls are
 * synchronous, and sessions take turns.
 */
export class Token {
  readonly library = new pkcs11js.PKCS11();
  readonly options: TokenOptions;
  readonly #missing = new Set<string>();
  #loaded = false;
  #slot: pkcs11js.Handle | undefined;
  #sessions: Session[] = [];
  #turn = 0;
  #refusedPin: string | undefined;
  #away: { until: number; error: unknown } | undefined;

  constructor(options: TokenOptions) {
    this.options = options;
  }

  /**
   * Runs `action` on a session. Where it fails with a code that a fresh session or a fresh module may cure, these are
   * made and the action is run again: at most once with a new session, then once with a new module.
   */
  run<T>(action: (session: Session) => T): T {
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      try {
        return action(this.#session());
      } catch (error) {
        const repair = repairOf(faultOf(error).code);
        if (this.#away || renewed || repair === "none") throw error;
        renewed = repair === "module" || attempt > 0;
        if (renewed) this.finalize();
        else this.#dropSession();
      }
    }
  }

  /**
   * Tells whether a key that was not found may be believed missing. A token that was pulled out still opens sessions and
   * just finds nothing, so the first time the module is initialised anew; a label once confirmed missing is believed.
   */
  believeMissing(label: string): boolean {
    const known = this.#missing.has(label);
    this.#missing.add(label);
    return known;
  }

  /** The key was found: should it vanish, the module is initialised anew before that is believed. */
  found(label: string): void {
    this.#missing.delete(label);
  }

  /** Forgets all sessions and ends the module, so that the next call begins from nothing. */
  finalize(): void {
    this.#sessions = [];
    this.#slot = undefined;
    try {
      this.library.C_Finalize();
    } catch {
      // It was not initialised, or the device is gone: either way the next initialisation tells.
    }
  }

  /** Closes every session behind the driver's back, as a device does that was reset; the adaptation test wants it (5.8.2). */
  loseSessions(): void {
    this.run(() => this.library.C_CloseAllSessions(this.#slot as pkcs11js.Handle));
  }

  /** What the token tells of itself (C_GetTokenInfo): of the one that is logged in to. Throws the fault where it is gone. */
  about(): DeviceAbout {
    return this.run(() => {
      const { label, manufacturerID, model, serialNumber } = this.library.C_GetTokenInfo(this.#slot as pkcs11js.Handle);
      const [maker, type, serial] = [manufacturerID, model, serialNumber].map(unpadded) as [string, string, string];
      return { kind: "pkcs11", label: unpadded(label), maker, model: type, serial };
    });
  }

  /** Loads and initialises the module. Throws the fault where it cannot. */
  initialize(): void {
    if (!this.#loaded) {
      this.library.load(this.options.module);
      this.#loaded = true;
    }
    try {
      unless(HARMLESS.alreadyInitialized, () => this.library.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK }));
    } catch (error) {
      // A library that loads but does not initialise says so with any general code: its device is not there.
      throw new DeviceCode(CKR_DEVICE_REMOVED, faultOf(error).message);
    }
  }

  /** The slot that holds the token of the configured label. Throws "token not present" where there is none. */
  findSlot(): pkcs11js.Handle {
    const slot = this.#slotOfToken();
    if (slot) return slot;
    throw new DeviceCode(CKR_TOKEN_NOT_PRESENT, `no token with label ${this.options.tokenLabel}`);
  }

  /** Tells whether a token of the configured label is there. */
  hasToken(): boolean {
    return this.#slotOfToken() !== undefined;
  }

  #slotOfToken(): pkcs11js.Handle | undefined {
    return this.library
      .C_GetSlotList(true)
      .find((candidate) => unpadded(this.library.C_GetTokenInfo(candidate).label) === this.options.tokenLabel);
  }

  #session(): Session {
    if (this.#away && performance.now() < this.#away.until) throw this.#away.error;
    this.#away = undefined;
    if (this.#slot === undefined) this.#begin();
    while (this.#sessions.length < this.options.sessions) this.#sessions.push(this.#openSession());
    this.#turn = (this.#turn + 1) % this.#sessions.length;
    return this.#sessions[this.#turn] as Session;
  }

  #begin(): void {
    try {
      this.initialize();
      this.#slot = this.findSlot();
      this.#sessions.push(this.#openSession());
    } catch (error) {
      this.finalize();
      this.#missing.clear();
      this.#away = { until: performance.now() + AWAY_PAUSE_MS, error };
      throw error;
    }
  }

  #openSession(): Session {
    const { library } = this;
    const flags = pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION;
    const handle = library.C_OpenSession(this.#slot as pkcs11js.Handle, flags);
    // Closing the last session has logged out, so each new one makes sure; the others' login answers 0x100.
    this.#login(handle);
    return { handle, keys: new Map() };
  }

  #login(session: pkcs11js.Handle): void {
    const pin = readPin(this.options.pinFile);
    // A wrong PIN is tried once only: tokens lock themselves after a few.
    if (pin === this.#refusedPin) throw new TokenFault("pinRefused", "the PIN was refused before");
    try {
      unless(HARMLESS.alreadyLoggedIn, () => this.library.C_Login(session, pkcs11js.CKU_USER, pin));
      this.#refusedPin = undefined;
    } catch (error) {
      if (isPinRefusal(faultOf(error).code)) this.#refusedPin = pin;
      throw error;
    }
  }

  #dropSession(): void {
    const [session] = this.#sessions.splice(this.#turn, 1);
    try {
      if (session) this.library.C_CloseSession(session.handle);
    } catch {
      // A session that is broken may refuse to be closed; it is forgotten all the same.
    }
  }
}

/** Labels fill 32 bytes with blanks; tokens initialised through pkcs11js elsewhere have NULs. */
export function unpadded(label: string): string {
  return label.split("\0", 1)[0]?.trimEnd() ?? "";
}

function unless(harmless: number, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (faultOf(error).code !== harmless) throw error;
  }
}
