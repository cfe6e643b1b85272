/** A way in which another system lost, doubled or misplaced bots; `id` is what the test that excludes it here names. */
export type Lesson = {
  id: string;
  /** What went wrong there, in one sentence. */
  fault: string;
  /** Why nothing here can go wrong that way; absent = a test must name it. */
  beside?: string;
};

/**
 * Numbered defects of Payme-Works/meeboter at 6e80e03 (2026-02-04), the one earlier implementation of the same
 * specification: found by reading it, most of them reproduced by running its own classes.
 */
export const EARLIER_IMPLEMENTATION: readonly Lesson[] = [
  { id: "meeboter 1", fault: "Two looks at the queue at the same moment deploy its head twice." },
  { id: "meeboter 2", fault: "Deploying a bot twice by the API starts two containers." },
  { id: "meeboter 3", fault: "Slots are reserved in one process's memory: two replicas pass the limit together." },
  { id: "meeboter 4", fault: "A slot that is given back twice makes room for two." },
  { id: "meeboter 5", fault: "A process that dies while it deploys leaves its bot in PROCESSING for good." },
  { id: "meeboter 6", fault: "The queue places one bot a tick, however many slots are free." },
  { id: "meeboter 7", fault: "A head that fails goes back to the head: nobody behind it is ever tried." },
  { id: "meeboter 8", fault: "A bot cancelled while it waits is started all the same." },
  { id: "meeboter 9", fault: "Bots that live are failed by their age when they report no status." },
  { id: "meeboter 10", fault: "A bot with a later start is accepted, never started and failed." },
  { id: "meeboter 11", fault: "A bot that waits for more than 15 minutes is failed, and started in the same tick." },
  {
    id: "meeboter 12",
    fault: "A launch counts as done before anything starts: what fails after it is never tried elsewhere.",
  },
  {
    id: "meeboter 13",
    fault: "An error between the start and the record of its name leaves a container nobody can find.",
  },
  { id: "meeboter 14", fault: "A failed attempt leaves no trace: neither platform nor reason is kept." },
  { id: "meeboter 15", fault: "One call to the platform for every bot, and one more for every viewer." },
  { id: "meeboter 16", fault: "Cancelling a bot that starts leaves its container to join the meeting." },
  { id: "meeboter 17", fault: "A silent bot is failed and its slot given away while its container goes on." },
  { id: "meeboter 18", fault: "A bot told to leave has no deadline that outlives the process that told it." },
  { id: "meeboter 19", fault: "An error of the platform's API, or its lists' lag, ends bots that run." },
  { id: "meeboter 20", fault: "A failed listing counts as an empty one: every container is an orphan and is deleted." },
  { id: "meeboter 21", fault: "A bot is run with the image of another meeting platform." },
  {
    id: "meeboter 22",
    fault: "Launches wait for half an hour behind a lock; a bot keeps the name of a container that is gone.",
  },
  { id: "meeboter 23", fault: "A fault while launching is only logged: the bot stays DEPLOYING." },
  { id: "meeboter 24", fault: "Deleting a bot stops nothing, and fails once it has events." },
];

/** What users and operators of other systems reported, by the repository's name and the number of the thread. */
export const REPORTED_ELSEWHERE: readonly Lesson[] = [
  { id: "attendee#108", fault: "Up to three bots of one customer in one lobby." },
  { id: "attendee#627", fault: "Per-machine limits and the clean-up of orphans had to be built by users." },
  { id: "attendee#698", fault: "Everything retried or launched in the same instant." },
  { id: "attendee#797", fault: "Two bots in one container record each other's meeting." },
  {
    id: "attendee#841",
    fault: "A dozen bots of one host share an address, which meetings then block.",
    beside:
      "Each bot is a container of its own; which address it leaves by is the platform's network, which milo does not set up.",
  },
  { id: "attendee#872", fault: "Why a bot died is asked of the platform after the platform has forgotten it." },
  {
    id: "attendee#878",
    fault: "Lack of capacity on ECS, told as an exception or in `failures`, is not tried again elsewhere.",
  },
  { id: "attendee#905", fault: "A scheduler that is alive but frozen goes unnoticed until someone redeploys." },
  { id: "attendee#1009", fault: "An outage of the scheduler of more than five minutes loses bots." },
  { id: "meeting-baas#191", fault: "A bot removed from its meeting is sent in again and again." },
  { id: "meeting-baas#220", fault: "A bot to be tried again is taken off one list before it is on the other." },
  { id: "meeting-baas#228", fault: "Every further try flashes as a failure." },
  {
    id: "meeting-baas#286",
    fault: "A burst exhausts the proxies, and bots join by worse ones instead of later.",
    beside: "milo runs no proxies; a platform that has no room is waited for or failed over, never made to take more.",
  },
  { id: "meeting-baas#331", fault: "A killed bot is told to nobody and never becomes final." },
  { id: "meeting-baas#333", fault: "Bots hang for hours while joining, and a later write hides why they ended." },
  { id: "meetingbot#340", fault: "It cannot be run without a cloud." },
  { id: "meetingbot#354", fault: "Kubernetes does not start without the variables of ECS." },
  { id: "twenty#22908", fault: "The key that would make a request repeatable is stored after it was sent." },
  { id: "twenty#23014", fault: "A cut list counts as the whole: what is missing from it is started again." },
  { id: "vexa#18", fault: "A report that is refused five times is dropped, and the console shows a bot that left." },
  { id: "vexa#44", fault: "Creating says that the bot exists; stopping it says that it does not." },
  { id: "vexa#173", fault: "A reconciler written for one platform ends the bots of another." },
  { id: "vexa#261", fault: "A name that the platform does not know a container by is stored: no stop ever finds it." },
  { id: "vexa#266", fault: "A stop is tried once: the bot counts as ended while its container runs on." },
  { id: "vexa#402", fault: "A limit of 0 means no limit." },
  { id: "vexa#530", fault: "New machines from which no bot can call home: all of them seem to have failed at once." },
  { id: "vexa#722", fault: "A default image tag moves to a version that does not fit." },
  { id: "vexa#806", fault: "What is refused for good is tried three times more." },
  { id: "vexa#862", fault: "A sweep ends bots that are let wait in the lobby." },
  { id: "vexa#1005", fault: "The namespace's default of 64 MiB kills every bot at its start." },
  { id: "vexa#1110", fault: "A reaper deletes what would explain a failure within the hour." },
  { id: "vexa#1207", fault: "The same full system answers in two ways, by the timing of a race." },
  { id: "vexa#1209", fault: "A duplicate is refused without saying that the bot is already there." },
  { id: "vexa#1664", fault: "The cluster's API is away for 24 minutes." },
  {
    id: "vexa#841",
    fault: "Webhooks fail in silence.",
    beside: "milo sends no webhooks: what happens is asked for, by API or console.",
  },
];
