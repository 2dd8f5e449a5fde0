"""What a person is shown for a catalogue's codes and fields, in Danish and English.

``CODES`` names every value a field can take, ``FIELDS`` every field of a package, the scope and the rules.
"""

from models.catalogue_values import Text


def _words(table: dict[str, tuple[str, str]]) -> dict[str, Text]:
    return {key: Text(da=da, en=en) for key, (da, en) in table.items()}


CODES = _words(
    {
        # services
        "personal_care": ("Personlig pleje", "Personal care"),
        "practical_help": ("Praktisk hjælp", "Practical help"),
        "training": ("Træning og genoptræning", "Training and retraining"),
        "rehabilitation": ("Rehabilitering", "Rehabilitation"),
        "safety": ("Tryghedsbesøg", "Safety visit"),
        "start_up": ("Opstart", "Start-up"),
        "coordination": ("Koordinering", "Coordination"),
        "assessment": ("Vurdering", "Assessment"),
        # goals
        "assess": ("Udrede", "Assess"),
        "develop": ("Udvikle", "Develop"),
        "maintain": ("Fastholde", "Maintain"),
        "palliate": ("Lindre", "Palliate"),
        # times of day
        "day": ("Dag", "Day"),
        "evening": ("Aften", "Evening"),
        "night": ("Nat", "Night"),
        "weekend": ("Weekend", "Weekend"),
        # settlement
        "average": ("Gennemsnit", "Average"),
        "estimated_average": ("Estimeret gennemsnit", "Estimated average"),
        "tariff": ("Takst", "Tariff"),
        "individual_tariff": ("Individuel takst", "Individual tariff"),
        # two carers, screens, deadlines
        "both": ("Begge medarbejderes tid tæller", "Both carers' time counts"),
        "once": ("Tiden tæller én gang", "The time counts once"),
        "supplement": ("Som supplement", "As a supplement"),
        "replacement": ("I stedet for et fysisk besøg", "In place of a physical visit"),
        "calendar": ("Kalenderdage", "Calendar days"),
        "working": ("Hverdage", "Working days"),
        "decision": ("Fra afgørelsen", "From the decision"),
        "order_received": ("Fra leverandøren får bestillingen", "From the provider's receipt of the order"),
        "citizen_informed": ("Fra borgeren har fået besked", "From the citizen's being told"),
        # third parties, therapists
        "laundry": ("Vaskeordning", "Laundry scheme"),
        "meals": ("Madservice", "Meals"),
        "full_board": ("Døgnkost", "Full board"),
        "occupational_therapist": ("Ergoterapeut", "Occupational therapist"),
        "physiotherapist": ("Fysioterapeut", "Physiotherapist"),
        # scope and rules
        "inside": ("Indeholdt i pakken", "Inside the package"),
        "outside": ("Uden for pakken", "Outside the package"),
        "aeldreloven": ("Ældreloven", "The Elderly Act"),
        "serviceloven": ("Serviceloven", "The Social Services Act"),
        "authority": ("Visitationen", "The authority"),
        "provider": ("Leverandøren", "The provider"),
        "either": ("For tidligt eller for sent", "Too early or too late"),
        "late": ("For sent", "Too late"),
        "light": ("Lys", "Light"),
        "snow": ("Sne", "Snow"),
        "pets": ("Husdyr", "Pets"),
        "smoke": ("Røg", "Smoke"),
        "collected": ("Vasketøjet hentes", "The laundry is collected"),
        "at_home": ("Der vaskes i hjemmet", "Washed at home"),
        "laundry_firm": ("Et vaskeri", "A laundry firm"),
        "individual": ("Individuelt", "Individually"),
        "group": ("På hold", "In groups"),
        "home": ("I hjemmet", "At home"),
        "neighbourhood": ("I nærområdet", "In the neighbourhood"),
        "centre": ("På et træningscenter", "At a training centre"),
    }
)

FIELDS = _words(
    {
        # packages
        "code": ("Kode", "Code"),
        "name": ("Navn", "Name"),
        "quote": ("Kildens ord", "The source's words"),
        "source": ("Kilde", "Source"),
        "default": ("Antagelse", "Assumption"),
        "note": ("Bemærkning", "Note"),
        "legal_basis": ("Hjemmel", "Legal basis"),
        "levels": ("Funktionsniveau", "Functional level"),
        "levels_with_two_carers": ("Niveau kun med to medarbejdere", "Level only with two carers"),
        "target_group": ("Målgruppe", "Target group"),
        "new_citizens_only": ("Kun nye borgere", "New citizens only"),
        "also_in_care_home": ("Også i plejebolig", "Also in care homes"),
        "interval": ("Timer om ugen", "Hours a week"),
        "round_the_clock": ("Hjælp hele døgnet", "Help round the clock"),
        "average_hours": ("Gennemsnitlige timer om ugen", "Average hours a week"),
        "settlement": ("Afregning", "Settlement"),
        "tariff": ("Takst", "Tariff"),
        "two_carers_count": ("To medarbejderes tid", "Two carers' time"),
        "max_weeks": ("Højst antal uger", "Weeks at most"),
        "times_of_day": ("Tid på døgnet", "Time of day"),
        "services": ("Indhold", "Services"),
        "third_party": ("Leveres af andre", "Delivered by others"),
        "content": ("Nærmere indhold", "Content in detail"),
        "purpose": ("Formål", "Purpose"),
        "goals": ("Mål", "Goals"),
        "start_deadlines": ("Frist for start", "Start deadlines"),
        "screen": ("Skærmbesøg", "Screen visits"),
        "therapists_only": ("Kun terapeuter", "Therapists only"),
        "coordinator": ("Tovholder", "Coordinator"),
        "midway_review": ("Midtvejsvurdering", "Midway review"),
        "closing": ("Afslutning", "Closing"),
        "follow_up": ("Opfølgning", "Follow-up"),
        "on_worsening": ("Ved forværring", "On worsening"),
        "beside_package": ("Ved siden af en pakke", "Beside a package"),
        "plannable": ("Planlægges", "Planned"),
        # scope
        "night_care": ("Natpleje", "Night care"),
        "health_act_services": ("Sundhedslovsydelser", "Health-act services"),
        "respite_stay": ("Aflastningsophold", "Respite stay"),
        "relief_at_home": ("Afløsning i hjemmet", "Relief at home"),
        "emergency_calls": ("Akutopkald", "Emergency calls"),
        "prevention": ("Forebyggelse", "Prevention"),
        "digital_training": ("Digital træning", "Digital training"),
        "start_up_conversation": ("Opstartssamtale", "Start-up conversation"),
        "laundry": ("Tøjvask", "Laundry"),
        "meals": ("Mad", "Meals"),
        # rules
        "acts": ("Love", "Acts"),
        "conversion_deadline": (
            "Frist for overgang af nuværende borgere",
            "Conversion of existing citizens by",
        ),
        "one_package_at_a_time": ("Én pakke ad gangen", "One package at a time"),
        "package_changed_by": ("Pakken ændres af", "The package is changed by"),
        "package_change_condition": ("Betingelse for pakkeskift", "Condition of a change of package"),
        "resumes_after_hospital": ("Efter sygehusophold", "After a hospital stay"),
        "clarification_course": ("Afklaringsforløb", "Clarification course"),
        "acute_start": ("Akut behov", "Acute need"),
        "first_contact": ("Første kontakt", "First contact"),
        "workplace_assessment_at_start": (
            "Arbejdspladsvurdering ved opstart",
            "Workplace assessment at start",
        ),
        "workplace_assessment_years": (
            "År mellem arbejdspladsvurderinger",
            "Years between workplace assessments",
        ),
        "lateness_call": ("Opkald ved ændret tid", "Call when off the time"),
        "not_home": ("Når borgeren ikke er hjemme", "When the citizen is not home"),
        "provider_may_cancel": ("Leverandøren må aflyse", "The provider may cancel"),
        "provider_may_move_in_emergency": ("Flytning i en nødsituation", "Moving a visit in an emergency"),
        "replacement_after_own_cancellation": (
            "Erstatning efter eget afbud",
            "Replacement after own cancellation",
        ),
        "replacement_after_long_hospital_stay": (
            "Erstatning efter længere indlæggelse",
            "Replacement after a long hospital stay",
        ),
        "unused_time_saved_up": ("Tid kan spares op", "Unused time is saved up"),
        "travel_in_granted_time": ("Transport i bevilget tid", "Travel within granted time"),
        "breaks_in_granted_time": ("Pause i bevilget tid", "Breaks within granted time"),
        "home_conditions": ("Krav til hjemmet", "Conditions in the home"),
        "keys_only_when_citizen_cannot_open": (
            "Nøgle kun når borgeren ikke kan lukke op",
            "Keys only when the citizen cannot open",
        ),
        "key_receipt": ("Nøglekvittering", "Key receipt"),
        "photos": ("Billeder hos borgeren", "Pictures at the citizen's"),
        "untrained_carers": ("Ufaglærte", "Untrained carers"),
        "trainees": ("Elever", "Trainees"),
        "instructed_carers_may_train": ("Instruerede medarbejdere må træne", "Instructed carers may train"),
        "training_forms": ("Træningens form", "Forms of training"),
        "training_places": ("Træningssteder", "Places of training"),
        "screen_assessed_by": ("Egnethed til skærm vurderes af", "Suitability for screen assessed by"),
        "screen_device_lent": ("Skærm udlånes", "Screen device lent"),
        "one_provider_delivers_all": ("Én leverandør udfører alt", "One provider delivers all"),
        "provider_change_notice_days": (
            "Varsel ved leverandørskift, dage",
            "Notice to change provider, days",
        ),
        "self_appointed_helper": ("Selvudpeget hjælper", "Self-appointed helper"),
        "help_kept_years": ("År, hjælpens dokumentation opbevares", "Years the help's documentation is kept"),
        "access_log_kept_years": ("År, adgangsloggen opbevares", "Years the access log is kept"),
        "reports_changed_needs": ("Oplysning om ændrede behov", "Report of changed needs"),
        "relief_times_agreed_with_provider": (
            "Afløsning aftales med leverandøren",
            "Relief times agreed with the provider",
        ),
        "relief_follow_up_months": ("Opfølgning på afløsning, måneder", "Follow-up of relief, months"),
        "relief_unused_time_saved_up": ("Afløsning kan spares op", "Relief is saved up"),
        "guests_at_host_level": ("Gæster får værtskommunens niveau", "Guests served at the host's level"),
        "help_abroad": ("Hjælp i udlandet", "Help abroad"),
        "island_help_within_timetable": (
            "Øer: hjælp inden for sejlplanen",
            "Islands: help within the timetable",
        ),
        "island_night_care": ("Øer: pleje om natten", "Islands: care at night"),
    }
)
