import { controlHandle } from "../control/control-server.ts";
import { entraRoutes } from "../entra/routes.ts";
import { createEntraState, saveEntraState } from "../entra/state.ts";
import { type AppServiceOptions, appServiceHandle, TOKEN_PATH } from "../himds/app-service.ts";
import { type HimdsOptions, himdsHandle } from "../himds/himds.ts";
import { createWorld } from "../world/create-world.ts";
import { restoreWorld, snapshotWorld } from "../world/mutate.ts";
import type { World } from "../world/types.ts";
import { createClock } from "./clock.ts";
import { type CloudName, cloudFacts } from "./clouds.ts";
import type { EmulatorClock, EmulatorContext, Route } from "./contract.ts";
import { createFaultStore } from "./faults.ts";
import { listen } from "./http-server.ts";
import type { Instance } from "./instance.ts";
import { USUAL_MACHINES } from "./limits.ts";
import { applyOptions, defaultOptions, type InstanceOptions } from "./options.ts";
import { createGuid, createRandom } from "./random.ts";
import { createAccessEvaluator } from "./rbac.ts";
import { createRecorder } from "./recorder.ts";
import { live } from "./request-life.ts";
import { createRouter } from "./router.ts";
import { readSavedState, SavedStateError, type WorldSize, writeSavedState } from "./saved-state.ts";
import { SERVICE_ROUTES } from "./service-routes.ts";
import { createTally } from "./tally.ts";
import { createThrottle } from "./throttle.ts";
import { createTlsIdentity } from "./tls-identity.ts";

export type StartOptions = {
  /** 0 or absent takes any free port. */
  port?: number;
  controlPort?: number;
  /** Opens a second listener for clients that refuse http. */
  tls?: boolean;
  tlsPort?: number;
  machines?: number;
  /** Role assignments and groups besides the usual ones. */
  assignments?: number;
  groups?: number;
  /** Servers of branch offices besides the fleet. */
  branches?: number;
  seed?: number;
  /** Where the settable clock begins; absent = now. */
  nowMs?: number;
  options?: Partial<InstanceOptions>;
  cloud?: CloudName;
  /** The machine's clock; tests put their own here to let tokens and quotas age. */
  wallNowMs?: () => number;
  /** A world made by hand, in place of a seeded one. */
  world?: World;
  /** Opens the identity endpoint of one server, and gives its identity rights for roll-outs. */
  himds?: HimdsOptions;
  /** Opens the identity endpoint of the app in which the portal runs, and gives its identity the right to read. */
  appService?: AppServiceOptions;
  /** Goes on from this file where it exists, and writes it on save and close. */
  stateFile?: string;
  /** Routes besides those of local Azure, for tests of the composition. */
  extraRoutes?: readonly Route[];
};

export type LocalAzure = {
  origin: string;
  controlOrigin: string;
  tlsOrigin: string | null;
  /** Certificate of the authority that signed the TLS listener's certificate. */
  caPem: string | null;
  /** Value for IDENTITY_ENDPOINT of programs on the server. */
  identityEndpoint: string | null;
  /** The same for programs of the app. */
  appIdentityEndpoint: string | null;
  world: World;
  clock: EmulatorClock;
  options: InstanceOptions;
  instance: Instance;
  /** Writes the state file; nothing without one. */
  save(): Promise<void>;
  close(): Promise<void>;
};

type Parts = WorldSize & {
  instance: Instance;
  portalHost: string | undefined;
  portalApp: boolean;
  startedAtMs: number;
  save: () => Promise<void>;
};

async function createInstance(start: StartOptions): Promise<Parts> {
  const wallNowMs = start.wallNowMs ?? Date.now;
  const saved = start.stateFile === undefined ? null : readSavedState(start.stateFile);
  const { seed = 1, machines = USUAL_MACHINES, assignments = 0, groups = 0, branches = 0 } = saved?.size ?? start;
  const size = { seed, machines, assignments, groups, branches };
  const portalHost = start.himds?.machine;
  const portalApp = start.appService !== undefined;
  const hosted = { portalApp, ...(portalHost === undefined ? {} : { portalHost }) };
  const cloudName = start.cloud ?? "public";
  if (saved !== null && saved.cloud !== cloudName) throw new SavedStateError(`The state file holds the cloud ${saved.cloud}.`);
  const startedAtMs = saved === null ? (start.nowMs ?? wallNowMs()) : wallNowMs() + saved.clockShiftMs;
  const options = defaultOptions();
  applyOptions(options, saved?.options ?? start.options ?? {});
  const clock = createClock(startedAtMs, wallNowMs);
  const world = start.world ?? createWorld({ ...size, ...hosted, nowMs: startedAtMs, cloud: cloudName });
  if (saved !== null) restoreWorld(world, saved.world);
  // The same numbers again would give new objects the ids of those that were kept.
  const random = createRandom(saved === null ? seed : seed + world.revision + startedAtMs);
  const access = createAccessEvaluator(world, () => clock.nowMs());
  const context: EmulatorContext = {
    world,
    clock,
    options,
    random,
    newGuid: () => createGuid(random),
    isAllowed: (caller, action, scope, dataAction) => access.isAllowed(caller, action, scope, dataAction),
  };
  const cloud = cloudFacts(cloudName);
  const entra = await createEntraState(saved?.entra);
  const routes = [
    ...entraRoutes({ state: entra, cloud, options, wallNowMs, world: () => world }),
    ...SERVICE_ROUTES,
    ...(start.extraRoutes ?? []),
  ];
  const instance: Instance = {
    cloud,
    options,
    clock,
    wallNowMs,
    world,
    entra,
    faults: createFaultStore(),
    recorder: createRecorder(() => options.recordBodyChars),
    tally: createTally(),
    throttle: createThrottle(options, wallNowMs),
    router: createRouter(routes),
    context,
  };
  const save = async (): Promise<void> => {
    if (start.stateFile === undefined) return;
    const clockShiftMs = clock.nowMs() - wallNowMs();
    const state = { cloud: cloudName, size, options, clockShiftMs, entra: await saveEntraState(entra) };
    writeSavedState(start.stateFile, { ...state, world: snapshotWorld(world) });
  };
  return { instance, ...size, portalHost, portalApp, startedAtMs, save };
}

/** Starts one local Azure in this process. Many may run at once; nothing of one is visible to another. */
export async function startLocalAzure(start: StartOptions = {}): Promise<LocalAzure> {
  const parts = await createInstance(start);
  const { instance } = parts;
  const tls = start.tls === true ? await createTlsIdentity(instance.wallNowMs()) : null;
  const handle = (incoming: Parameters<typeof live>[1]) => live(instance, incoming);
  const main = await listen({ port: start.port ?? 0, handle });
  const opened = [main];
  try {
    const control = await listen({
      port: start.controlPort ?? 0,
      handle: controlHandle({ ...parts, startOptions: start.options ?? {} }),
    });
    opened.push(control);
    const secure = tls === null ? null : await listen({ port: start.tlsPort ?? 0, handle, tls });
    if (secure !== null) opened.push(secure);
    const { himds } = start;
    const identity = himds && (await listen({ port: himds.port ?? 0, handle: himdsHandle(instance, himds) }));
    if (identity !== undefined) opened.push(identity);
    const { appService } = start;
    const app = appService && (await listen({ port: appService.port ?? 0, handle: appServiceHandle(instance, appService) }));
    if (app !== undefined) opened.push(app);
    return {
      origin: `http://localhost:${main.port}`,
      controlOrigin: `http://127.0.0.1:${control.port}`,
      tlsOrigin: secure === null ? null : `https://localhost:${secure.port}`,
      caPem: tls?.caPem ?? null,
      identityEndpoint: identity === undefined ? null : `http://127.0.0.1:${identity.port}/metadata/identity/oauth2/token`,
      appIdentityEndpoint: app === undefined ? null : `http://127.0.0.1:${app.port}${TOKEN_PATH}`,
      world: instance.world,
      clock: instance.clock,
      options: instance.options,
      instance,
      save: parts.save,
      close: async () => {
        await parts.save();
        await Promise.all(opened.map((listener) => listener.close()));
      },
    };
  } catch (error) {
    await Promise.all(opened.map((listener) => listener.close()));
    throw error;
  }
}
