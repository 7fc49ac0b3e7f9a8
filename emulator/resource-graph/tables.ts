import type { EmulatorContext } from "../core/contract.ts";
import { resourceId, shownMachineId } from "../world/ids.ts";
import { extensionRow, machineRow } from "../world/render.ts";
import type { Extension, MachineSpec } from "../world/types.ts";
import { authorizationSources } from "./authorization-rows.ts";
import { containerRows } from "./container-rows.ts";
import type { IndexView } from "./index-view.ts";
import { KqlError } from "./kql-errors.ts";
import type { Source, TableLoader } from "./kql-stage.ts";
import type { Value, ValueType } from "./kql-values.ts";
import type { ReadableScopes } from "./readable-scopes.ts";
import type { QueryScope } from "./scope.ts";

/** Columns of an unprojected row in wire order (azure-apis.md 5.1). */
const COLUMNS: [string, ValueType][] = [
  ["id", "string"],
  ["name", "string"],
  ["type", "string"],
  ["tenantId", "string"],
  ["kind", "string"],
  ["location", "string"],
  ["resourceGroup", "string"],
  ["subscriptionId", "string"],
  ["managedBy", "string"],
  ["sku", "dynamic"],
  ["plan", "dynamic"],
  ["properties", "dynamic"],
  ["tags", "dynamic"],
  ["identity", "dynamic"],
  ["zones", "dynamic"],
  ["extendedLocation", "dynamic"],
];

const MACHINE = "microsoft.hybridcompute/machines";
const EXTENSION = "microsoft.hybridcompute/machines/extensions";

export type TableInput = { ctx: EmulatorContext; scope: QueryScope; readable: ReadableScopes; index: IndexView };

/** Tables of local Azure. Rows that the caller may not read are left out without a word, as the service does. */
export function createTableLoader(input: TableInput): TableLoader {
  const wants = (types: ReadonlySet<string> | null, type: string) => types === null || types.has(type);
  return (table, types) => {
    const columns = new Map(COLUMNS);
    if (table === "resources") return { sources: resourceSources(input, (type) => wants(types, type)), columns };
    if (table === "resourcecontainers") return { sources: containerRows(input).map(plainSource), columns };
    if (table === "authorizationresources") {
      return { sources: authorizationSources(input, (type) => wants(types, type)), columns };
    }
    throw new KqlError({ kind: "table", table });
  };
}

function plainSource(row: Record<string, Value>): Source {
  return { cell: (column) => row[column] ?? null };
}

function resourceSources(input: TableInput, wants: (type: string) => boolean): Source[] {
  const { scope, index, readable } = input;
  const sources = otherResources(input, wants);
  const [withMachines, withExtensions] = [wants(MACHINE), wants(EXTENSION)];
  if (!withMachines && !withExtensions) return sources;
  const remember = createLastRow();
  for (const subscriptionId of scope.subscriptions.map(({ id }) => id).sort()) {
    const canReadMachine = withMachines ? readable.readerOf(`${MACHINE}/read`, subscriptionId) : null;
    const canReadExtension = withExtensions ? readable.readerOf(`${EXTENSION}/read`, subscriptionId) : null;
    for (const spec of index.machinesOf(subscriptionId)) {
      const id = () => shownMachineId(spec);
      if (canReadMachine?.(spec.resourceGroup, id)) sources.push(machineSource(input, spec, remember));
      const extensions = canReadExtension === null ? null : index.extensionsOf(spec);
      if (extensions && canReadExtension?.(spec.resourceGroup, id)) {
        for (const extension of extensions.values()) sources.push(extensionSource(input, spec, extension, remember));
      }
    }
  }
  return sources;
}

/** Vaults, accounts and workspaces. */
function otherResources({ ctx, scope, readable }: TableInput, wants: (type: string) => boolean): Source[] {
  return ctx.world.resources.flatMap((resource) => {
    const type = resource.type.toLowerCase();
    if (!wants(type) || !scope.subscriptions.some(({ id }) => id === resource.subscriptionId)) return [];
    const id = resourceId(resource);
    if (!readable.readerOf(`${resource.type}/read`, resource.subscriptionId)(resource.resourceGroup, () => id)) return [];
    const { name, location, subscriptionId, kind, sku, properties } = resource;
    const place = { id, name, type, tenantId: scope.tenantId, location, subscriptionId };
    const resourceGroup = resource.resourceGroup.toLowerCase();
    return [plainSource({ ...place, resourceGroup, kind: kind ?? "", managedBy: "", sku, properties } as Record<string, Value>)];
  });
}

type Row = Record<string, unknown>;
type Remember = (key: object, render: () => Row) => Row;

/** Operators read row by row, so keeping the last rendered row is enough and 100,000 rendered rows are never held at once. */
function createLastRow(): Remember {
  let lastKey: object | null = null;
  let lastRow: Row = {};
  return (key, render) => {
    if (lastKey !== key) {
      lastRow = render();
      lastKey = key;
    }
    return lastRow;
  };
}

function machineSource({ ctx }: TableInput, spec: MachineSpec, remember: Remember): Source {
  return {
    cell: (column) => {
      switch (column) {
        case "id":
          return shownMachineId(spec);
        case "name":
          return spec.name;
        case "type":
          return MACHINE;
        case "subscriptionId":
          return spec.subscriptionId;
        case "resourceGroup":
          return spec.resourceGroup.toLowerCase();
        default:
          return remember(spec, () => machineRow(ctx.world, spec, ctx.clock))[column] as Value;
      }
    },
  };
}

function extensionSource({ ctx }: TableInput, spec: MachineSpec, extension: Extension, remember: Remember): Source {
  return {
    cell: (column) => {
      switch (column) {
        case "id":
          return `${shownMachineId(spec)}/extensions/${extension.name}`;
        case "name":
          return extension.name;
        case "type":
          return EXTENSION;
        case "subscriptionId":
          return spec.subscriptionId;
        default:
          return remember(extension, () => extensionRow(ctx.world, spec, extension))[column] as Value;
      }
    },
  };
}
