"""An HTTP/2 client whose windows and streams the test holds in its hands."""

import h2.config
import h2.connection
import h2.events
import h2.settings

from wire import sealed


class Stream:
    """What came back on one stream."""

    def __init__(self):
        self.status = None
        self.fields = {}
        self.body = b""
        self.trailers = {}
        self.has_ended = False
        self.reset_code = None

    @property
    def is_over(self):
        return self.has_ended or self.reset_code is not None


class Frames:
    """One connection. With `acknowledges` off, windows stay as they are used up."""

    def __init__(self, acknowledges=True, window=None, source="127.0.0.1"):
        self.line = sealed(source, "h2")
        config = h2.config.H2Configuration(
            client_side=True, header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False)
        self.connection = h2.connection.H2Connection(config)
        self.acknowledges = acknowledges
        self.streams = {}
        self.is_closed = False
        self.has_settings = False
        self.goes_away = False
        self.connection.initiate_connection()
        if window is not None:
            self.connection.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        self.flush()

    def flush(self):
        data = self.connection.data_to_send()
        if data:
            self.line.send(data)

    def open(self, method, path, fields=(), ends=True, scheme="https", protocol=None):
        stream = self.connection.get_next_available_stream_id()
        head = [(":method", method), (":scheme", scheme), (":authority", "localhost"), (":path", path)]
        if protocol:
            head.append((":protocol", protocol))
        self.streams[stream] = Stream()
        self.connection.send_headers(stream, head + list(fields), end_stream=ends)
        self.flush()
        return stream

    def send(self, stream, data, ends=False):
        """Sends payload as the windows allow."""
        while data:
            self.wait(lambda: self.connection.local_flow_control_window(stream) > 0 or self.streams[stream].is_over)
            if self.streams[stream].is_over:
                return
            size = min(
                len(data), self.connection.local_flow_control_window(stream), self.connection.max_outbound_frame_size)
            self.connection.send_data(stream, data[:size])
            data = data[size:]
            self.flush()
        if ends:
            self.connection.end_stream(stream)
            self.flush()

    def trailers(self, stream, fields):
        self.connection.send_headers(stream, fields, end_stream=True)
        self.flush()

    def reset(self, stream):
        self.connection.reset_stream(stream, 8)
        self.flush()

    def get(self, path, fields=()):
        stream = self.open("GET", path, fields)
        return self.over(stream)

    def over(self, stream):
        self.wait(lambda: self.streams[stream].is_over)
        return self.streams[stream]

    def wait(self, condition):
        """Takes what comes until a condition holds, or the connection ends."""
        while not condition():
            if self.is_closed:
                raise EOFError("the connection ended")
            try:
                data = self.line.sock.recv(65536)
            except ConnectionError:
                data = b""
            self.receive(data)

    def hear(self, seconds):
        """Takes what comes within a while, if anything does."""
        if not self.line.is_silent(seconds):
            data, self.line.held = self.line.held, b""
            self.receive(data)

    def receive(self, data):
        if not data:
            self.is_closed = True
            return
        for event in self.connection.receive_data(data):
            self.take(event)
        self.flush()

    def take(self, event):
        stream = self.streams.get(getattr(event, "stream_id", None))
        match event:
            case h2.events.RemoteSettingsChanged():
                self.has_settings = True
            case h2.events.ConnectionTerminated():
                self.goes_away = True
            case h2.events.ResponseReceived():
                stream.fields = dict(event.headers)
                stream.status = int(stream.fields[":status"])
            case h2.events.DataReceived():
                stream.body += event.data
                if self.acknowledges and event.flow_controlled_length:
                    self.connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            case h2.events.TrailersReceived():
                stream.trailers = dict(event.headers)
            case h2.events.StreamEnded():
                stream.has_ended = True
            case h2.events.StreamReset():
                if stream:
                    stream.reset_code = int(event.error_code)

    def close(self):
        self.line.close()
