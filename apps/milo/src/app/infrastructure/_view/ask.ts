import { describeProblem } from "../../_api/describe-problem.ts";

/** Waits for an order to milo; when it fails, it fails with a sentence for the person who gave it. */
export async function ask<Answer>(order: Promise<Answer>): Promise<Answer> {
  try {
    return await order;
  } catch (error) {
    const { title, detail } = describeProblem(error);
    throw new Error(`${title}. ${detail}`);
  }
}
