using System;
using System.Threading;
using Defender.Agent.Core.Delivery;
using Defender.Agent.Core.Reports;
using Defender.Agent.Core.Scheduling;
using Defender.Agent.Core.Sockets;
using Defender.Agent.Firmware.Configuration;
using Defender.Agent.Firmware.Device;
using Defender.Hardware.Lights;

namespace Defender.Agent.Firmware.Delivery
{
    /// <summary>
    /// The agent's loop: makes a report when it is due, keeps a connection, sends one report at a time. All of it runs on one
    /// thread in <see cref="Step"/>, which does what is due and says how long there is nothing to do; other threads only wake it.
    /// </summary>
    internal sealed class ReportAgent
    {
        /// <summary>How long to wait after a step that failed unexpectedly, in milliseconds.</summary>
        public const int FaultPauseMs = 1000;

        // Reports on demand are at least this far apart, in milliseconds: a loose switch must not become a flood.
        private const int MinTamperGapMs = 5000;

        // While the date is not known, which nothing signals, in milliseconds.
        private const int TimePollMs = 1000;

        private const int MaxStepMs = 60000;

        // The wait after the first failed attempt, and after many, in milliseconds.
        private const int FirstRetryMs = 2000;
        private const int MaxRetryMs = 120000;

        private readonly FirmwareOptions _options;
        private readonly IClock _clock;
        private readonly TimeSource _time;
        private readonly WifiLink _wifi;
        private readonly ReportCollector _collector;
        private readonly ReportSession _session;
        private readonly AgentHealth _health;
        private readonly StatusLight? _light;
        private readonly BackOff _backOff;
        private readonly ReportSchedule _schedule;
        private readonly AutoResetEvent _wake = new AutoResetEvent(false);
        private readonly object _gate = new object();
        private long _nextAttemptMs;
        private long _lastTamperMs;
        private bool _isTampered;
        private bool _isStopped;
        private LightState _state;
        private string _problem = "";

        /// <param name="options">Whom to report to, and how often.</param>
        /// <param name="clock">Of the device.</param>
        /// <param name="wifi">Scans now and then.</param>
        /// <param name="ids">Of the reports.</param>
        /// <param name="ledger">Every socket of the firmware is in it.</param>
        /// <param name="health">What the reports say beside sockets.</param>
        /// <param name="light">Null where its pin cannot be opened.</param>
        /// <param name="jitter">Of the waits between attempts.</param>
        public ReportAgent(
            FirmwareOptions options, IClock clock, WifiLink wifi, ReportIdKeeper ids, SocketLedger ledger, AgentHealth health, StatusLight? light, Random jitter)
        {
            _options = options;
            _clock = clock;
            _wifi = wifi;
            _health = health;
            _light = light;
            _time = new TimeSource(clock, options.TimeServer);
            _backOff = new BackOff(FirstRetryMs, MaxRetryMs, jitter);
            _schedule = new ReportSchedule(options.IntervalSeconds * 1000L, clock.UptimeMilliseconds);
            _lastTamperMs = -MinTamperGapMs;
            _collector = new ReportCollector(ids, ledger, health);
            _session = new ReportSession(options, clock, ledger, _collector.Outbox, health, _wake);
        }

        /// <summary>What the light shows, and the status page says.</summary>
        public LightState State
        {
            get { return _state; }
        }

        /// <summary>Why the gateway is not reached, for a person; "" when it is.</summary>
        public string Problem
        {
            get { return _problem; }
        }

        /// <summary>The reports on their way; their counts may be read by any thread.</summary>
        public ReportOutbox Outbox
        {
            get { return _collector.Outbox; }
        }

        /// <summary>Does what is due. Blocks while it connects.</summary>
        /// <returns>Milliseconds until something is due again, 0 or more, unless it is woken.</returns>
        public int Step()
        {
            CollectIfDue();
            if (_session.IsOpen)
                Serve();
            else
                ConnectIfDue();
            Show();
            return WaitMs();
        }

        /// <summary>Steps until it is stopped; nothing else ends it.</summary>
        public void Run()
        {
            while (!IsStopped)
            {
                int waitMs;
                try
                {
                    waitMs = Step();
                }
                catch (Exception)
                {
                    // The outermost handler: a fault of ours costs a second, never the agent or its device.
                    _health.AddFault();
                    waitMs = FaultPauseMs;
                }

                if (waitMs > 0)
                    _wake.WaitOne(waitMs, false);
            }

            _session.Close();
            _collector.Settle();
        }

        /// <summary>Ends <see cref="Run"/>. Safe for any thread.</summary>
        public void Stop()
        {
            lock (_gate)
                _isStopped = true;
            _wake.Set();
        }

        /// <summary>The case was opened or shut: a report is due now. Safe for any thread.</summary>
        public void ReportTamper()
        {
            lock (_gate)
                _isTampered = true;
            _wake.Set();
        }

        private bool IsStopped
        {
            get
            {
                lock (_gate)
                    return _isStopped;
            }
        }

        // Without the date there is no TLS, and an id from 1970 would be no time of the report: nothing is collected until it is known.
        // Over plain MQTT a network without a time server is served all the same, with ids that only count.
        private bool CanCollect
        {
            get { return _options.CanReport && (_time.IsKnown || !_options.UseTls); }
        }

        private void CollectIfDue()
        {
            long nowMs = _clock.UptimeMilliseconds;
            bool isTampered = TamperWaitMs(nowMs) == 0;
            if (!CanCollect || (!isTampered && _schedule.WaitMs(nowMs) > 0))
                return;

            if (isTampered)
            {
                lock (_gate)
                    _isTampered = false;
                _lastTamperMs = nowMs;
            }

            if (_collector.IsScanDue)
                _wifi.StartScan();
            _collector.Collect(_time.EpochSeconds);
            _schedule.Advance(nowMs);
        }

        // Milliseconds until the report of a tampered case is due; a long time when there is none.
        private long TamperWaitMs(long nowMs)
        {
            lock (_gate)
            {
                if (!_isTampered)
                    return MaxStepMs;
            }

            long waitMs = _lastTamperMs + MinTamperGapMs - nowMs;
            return waitMs > 0 ? waitMs : 0;
        }

        private void Serve()
        {
            int accepted = Outbox.Accepted;
            if (!_session.TryServe(out string problem))
                Fail(problem);
            else if (Outbox.Accepted > accepted)
                _backOff.Reset();
        }

        private void ConnectIfDue()
        {
            if (!_options.CanReport)
            {
                _problem = _options.FirstError;
                return;
            }

            if (_clock.UptimeMilliseconds < _nextAttemptMs)
                return;

            if (!WifiLink.TryConnect())
                Fail("no Wi-Fi: is it configured, and in reach");
            else if (!HasTime())
                Fail("the date is not known: does the time server answer");
            else if (!_session.TryOpen(out string problem))
                Fail(problem);
            else
                _problem = "";
        }

        private bool HasTime()
        {
            if (_time.IsKnown)
                return true;

            _time.Request();
            return _time.IsKnown || !_options.UseTls;
        }

        private void Fail(string problem)
        {
            _problem = problem;
            _nextAttemptMs = _clock.UptimeMilliseconds + _backOff.NextMs();
        }

        private void Show()
        {
            _state = !_session.IsReady ? LightState.Offline
                : _session.IsInAlarm ? LightState.Alarm
                : LightState.Armed;
            if (_light != null)
                _light.Show(State, _clock.UptimeMilliseconds);
        }

        private int WaitMs()
        {
            long nowMs = _clock.UptimeMilliseconds;
            long waitMs = MaxStepMs;
            if (CanCollect)
            {
                waitMs = Earlier(waitMs, _schedule.WaitMs(nowMs));
                waitMs = Earlier(waitMs, TamperWaitMs(nowMs));
            }
            else if (_options.CanReport)
            {
                waitMs = TimePollMs;
            }

            if (_session.IsOpen)
                waitMs = Earlier(waitMs, _session.WaitMs(nowMs));
            else if (_options.CanReport)
                waitMs = Earlier(waitMs, _nextAttemptMs > nowMs ? _nextAttemptMs - nowMs : 0);
            return (int)waitMs;
        }

        private static long Earlier(long a, long b)
        {
            return a < b ? a : b;
        }
    }
}
