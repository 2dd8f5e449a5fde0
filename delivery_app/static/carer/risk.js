// When it is urgent: late, nobody opens, help, emergency calls. All of it works without network but for the sending.

import * as calls from "./calls.js";
import * as help from "./help.js";
import * as late from "./late.js";
import * as steps from "./steps.js";

late.begin();
steps.begin();
help.begin();
calls.begin();
