/** What can be done to a running task, by a sentinel image or by `disrupt`. */
export const ECS_DISRUPTIONS = ["spot-interruption", "host-retirement", "out-of-memory"] as const;
export type EcsDisruption = (typeof ECS_DISRUPTIONS)[number];

export type EcsFaultResponse = { status: number; body: unknown };

const CAPACITY_REASON =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";
const VCPU_QUOTA_REASON = "You've reached the limit on the number of vCPUs you can run concurrently";
const PROVISIONING_REASON =
  "You've reached the limit on the number of tasks that can be in the PROVISIONING state in this cluster.";

export const ECS_FAILURE_REASONS = {
  capacity: CAPACITY_REASON,
  vcpuQuota: VCPU_QUOTA_REASON,
  provisioning: PROVISIONING_REASON,
} as const;

function failure(type: string, message: string, status = 400): EcsFaultResponse {
  return { status, body: { __type: type, message } };
}

function refusedTask(reason: string): EcsFaultResponse {
  return { status: 200, body: { tasks: [], failures: [{ reason }] } };
}

const USER = "User: arn:aws:sts::123456789012:assumed-role/milo/session";

/** Ready-made answers for the control API's `status` fault, by what goes wrong. */
export const ECS_FAULT_RESPONSES = {
  throttled: failure("ThrottlingException", "Rate exceeded"),
  "ec2-throttled": failure(
    "InvalidParameterException",
    "Error retrieving security group information for [sg-0123456789abcdef0]: Rate exceeded (ErrorCode: Throttling)",
  ),
  "access-denied": failure(
    "AccessDeniedException",
    `${USER} is not authorized to perform: ecs:RunTask because no identity-based policy allows the ecs:RunTask action`,
  ),
  "pass-role-denied": failure("AccessDeniedException", `${USER} is not authorized to perform: iam:PassRole`),
  "tag-denied": failure("AccessDeniedException", `${USER} is not authorized to perform: ecs:TagResource`),
  "expired-token": failure("ExpiredTokenException", "The security token included in the request is expired"),
  "unrecognized-client": failure(
    "UnrecognizedClientException",
    "The security token included in the request is invalid.",
  ),
  blocked: failure("BlockedException", "Your account is currently blocked."),
  "server-error": failure("ServerException", "Service Unavailable. Please try again later.", 500),
  unavailable: failure("ServiceUnavailableException", "Service is unable to handle request.", 503),
  "bad-subnet": failure(
    "InvalidParameterException",
    "Error retrieving subnet information for [subnet-0]: The subnet ID 'subnet-0' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
  ),
  "cluster-not-found": failure("ClusterNotFoundException", "Cluster not found."),
  "platform-unknown": failure("PlatformUnknownException", "The specified platform version does not exist."),
  capacity: refusedTask(CAPACITY_REASON),
  "vcpu-quota": refusedTask(VCPU_QUOTA_REASON),
  "vcpu-quota-exception": failure("ClientException", VCPU_QUOTA_REASON),
  "provisioning-quota": failure("ClientException", PROVISIONING_REASON),
  "html-502": { status: 502, body: "<html><body><h1>502 Bad Gateway</h1></body></html>" },
} as const satisfies Record<string, EcsFaultResponse>;
export type EcsFaultName = keyof typeof ECS_FAULT_RESPONSES;
