// Picture and sound between the two browsers: "perfect negotiation" as WebRTC's specification describes it. The citizen's
// end is the polite one: where both make an offer at once, it takes its own back.

export class Peer {
  constructor({ ice, stream, polite, say, seen, state }) {
    this.polite = polite;
    this.say = say;
    this.making = false;
    this.ignoring = false;
    this.connection = new RTCPeerConnection({ iceServers: ice });
    const remote = new MediaStream();
    this.connection.addEventListener("track", ({ track }) => {
      remote.addTrack(track);
      seen(remote);
    });
    // The first offer is the carer's: with one from each end at once there would be something to take back each time.
    this.connection.addEventListener("negotiationneeded", () => {
      if (!this.polite || this.connection.remoteDescription) this.offer();
    });
    this.connection.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) this.say({ type: "signal", data: { candidate } });
    });
    this.connection.addEventListener("connectionstatechange", () => {
      state(this.connection.connectionState);
      if (this.connection.connectionState === "failed") this.restart();
    });
    for (const track of stream.getTracks()) this.connection.addTrack(track, stream);
  }

  async offer() {
    try {
      this.making = true;
      await this.connection.setLocalDescription();
      this.say({ type: "signal", data: { description: this.connection.localDescription } });
    } catch {
      // The connection was closed meanwhile.
    } finally {
      this.making = false;
    }
  }

  async take({ description, candidate }) {
    if (description) {
      const collides = description.type === "offer" && (this.making || this.connection.signalingState !== "stable");
      this.ignoring = !this.polite && collides;
      if (this.ignoring) return;
      await this.connection.setRemoteDescription(description);
      if (description.type === "offer") {
        await this.connection.setLocalDescription();
        this.say({ type: "signal", data: { description: this.connection.localDescription } });
      }
    } else if (candidate) {
      const ofIgnored = this.ignoring;
      try {
        await this.connection.addIceCandidate(candidate);
      } catch (error) {
        if (!ofIgnored && this.connection.signalingState !== "closed") throw error;
      }
    }
  }

  // Another way to the other browser, after a change of network.
  restart() {
    if (this.connection.connectionState !== "closed") this.connection.restartIce();
  }

  get works() {
    return this.connection.connectionState === "connected";
  }

  close() {
    this.connection.close();
  }
}

// Camera and microphone; without a camera the sound alone. Throws what the browser says when there is neither.
export async function pictureAndSound() {
  const picture = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: true, video: picture });
  } catch (error) {
    if (error.name === "NotAllowedError") throw error;
    return navigator.mediaDevices.getUserMedia({ audio: true });
  }
}

export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
