import * as ecs from "@aws-sdk/client-ecs";

/** A shape of the SDK's own model of the ECS API: a primitive's number, a structure's or a list's tuple, or a thunk. */
type Shape = unknown;

const STRUCTURE = 3;
const LIST = 1;
const LIST_OF = 64;
const PRIMITIVES: Readonly<Record<number, string>> = { 0: "string", 1: "number", 2: "boolean" };

/** Says what of `input` RegisterTaskDefinition does not know, or knows under another type, by the SDK's own model. */
export function findUnknownInTaskDefinition(input: object): string[] {
  return findFaults(ecs.RegisterTaskDefinitionRequest$, input, "");
}

function findFaults(shape: Shape, value: unknown, path: string): string[] {
  if (typeof shape === "function") return findFaults(shape(), value, path);
  if (typeof shape === "number") return findPrimitiveFaults(shape, value, path);
  if (!Array.isArray(shape)) throw new Error(`the SDK describes ${path} in a way that is not known here`);
  if (shape.length === 2) return findFaults(shape[0], value, path);
  const [kind, , , , members] = shape;
  if (kind === LIST) return findListFaults(members, value, path);
  if (kind !== STRUCTURE) return typeof value === "object" ? [] : [`${path} is no object`];
  const names = members as string[];
  const shapes = shape[5] as Shape[];
  return Object.entries(value as object).flatMap(([name, one]) => {
    const index = names.indexOf(name);
    return index < 0 ? [`${path}/${name} is not known`] : findFaults(shapes[index], one, `${path}/${name}`);
  });
}

function findPrimitiveFaults(shape: number, value: unknown, path: string): string[] {
  if (shape >= LIST_OF && shape < LIST_OF * 2) return findListFaults(shape - LIST_OF, value, path);
  const wanted = PRIMITIVES[shape];
  return wanted === undefined || typeof value === wanted ? [] : [`${path} is no ${wanted}`];
}

function findListFaults(member: Shape, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path} is no list`];
  return value.flatMap((one, index) => findFaults(member, one, `${path}/${index}`));
}
