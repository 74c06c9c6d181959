// The SSH fleet keeps the promises of every fleet, on a real OpenSSH server.

import { fleetContract } from "../../contracts/fleet.ts";
import { sshStages } from "../../support/ssh-stage.ts";

fleetContract("the SSH fleet on OpenSSH", sshStages());
