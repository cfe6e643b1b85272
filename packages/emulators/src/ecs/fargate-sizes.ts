import { clientError } from "./errors.ts";

const GB = 1024;

/** Memory in MiB that Fargate offers per CPU units: smallest, largest, step; 256 units are listed by value. */
const SIZES: Record<number, [minimum: number, maximum: number, step: number]> = {
  256: [512, 2 * GB, 512],
  512: [1 * GB, 4 * GB, GB],
  1024: [2 * GB, 8 * GB, GB],
  2048: [4 * GB, 16 * GB, GB],
  4096: [8 * GB, 30 * GB, GB],
  8192: [16 * GB, 60 * GB, 4 * GB],
  16384: [32 * GB, 120 * GB, 8 * GB],
};

/** CPU units of `"1024"` or `"1 vCPU"`. */
export function parseCpuUnits(cpu: string): number {
  const match = /^([\d.]+)\s*vcpu$/i.exec(cpu);
  return match === null ? Number(cpu) : Number(match[1]) * 1024;
}

/** MiB of `"2048"` or `"2 GB"`. */
export function parseMemoryMib(memory: string): number {
  const match = /^([\d.]+)\s*gb$/i.exec(memory);
  return match === null ? Number(memory) : Number(match[1]) * GB;
}

/** Throws ClientException for a pair that Fargate does not sell. */
export function checkFargateSize(cpu: string, memory: string): void {
  const size = SIZES[parseCpuUnits(cpu)];
  const mib = parseMemoryMib(memory);
  // A quarter vCPU comes with 512, 1024 or 2048 MiB, not with the 1536 that its step would give.
  const offered =
    size !== undefined && mib >= size[0] && mib <= size[1] && (mib - size[0]) % size[2] === 0 && mib !== 1536;
  if (!offered) throw clientError(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`);
}
